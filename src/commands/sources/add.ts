import { defined } from '../../domain/defined.ts';
import { KIND_NAMES } from '../../backends/kinds.ts';
import type { AppCommand } from '../../cli/command.ts';
import type { Deps } from '../../cli/deps.ts';
import { describeSource, type Source } from '../../domain/source.ts';
import type { SourceFields } from '../../operations/sources/sources.ts';
import { warnIgnored } from '../../operations/membership/ignored-options.ts';
import { type VerbResult, registerVerb, type Start } from '../../cli/verb.ts';
import {
  addCredentialOptions,
  addKeyStorageOptions,
  addOutputOptions,
  addSettleOption,
} from '../../cli/options.ts';
import { presentSourceSaved, type SourceSaved } from '../../output/results/source.ts';

export interface Options extends SourceFields {
  readonly name?: string;
  /** Undefined: asked for, on a terminal. */
  readonly url?: string;
}

export const DIALECTS = ['auto', 'update', 'add'];

export function register(parent: AppCommand, start: Start): void {
  registerVerb<Options, SourceSaved>(parent, start, {
    name: 'add',
    summary: 'Add a source, or replace the one of that name. Without --url it asks.',
    options: (add) => {
      add.value('--name <name>', 'name of the source (default: Default)');
      add.value('--url <url>', 'its base URL; us or eu for Infisical Cloud');
      add.choice('--kind <kind>', 'kind of server', KIND_NAMES, 'proget');
      addCredentialOptions(add);
      addKeyStorageOptions(add);
      add.value('--feed <feed>', 'default feed');
      add.choice('--dialect <dialect>', 'how ProGet members are written', DIALECTS, 'auto');
      addSettleOption(add);
      add.flag('--no-user-check', 'accept unlisted names (AD, LDAP accounts)');
      add.value('--self <name>', 'your own account there; it is never removed');
      add.flag('--plain-text', 'accepted for pgutil; has no effect');
      addOutputOptions(add);
    },
    examples: [
      'groupctl sources add',
      'groupctl sources add --url=https://proget.corp.local/ --api-key=abc12345',
      'groupctl sources add --name=prod --url=https://proget.corp.local/ --api-key-stdin < key.txt',
      'groupctl sources add --name=cloud --url=us --client-id=… --client-secret-stdin < secret.txt',
      'groupctl sources add --name=prod --url=https://proget.corp.local/ --api-key-command="op read op://it/proget/key"',
    ],
    json: '{"source":{"name","kind","url","auth","feed"?,"dialect"?,"settle"?,"userCheck"?,"self"?,"organizationSlug"?},"replaced"}',
    exitCodes: [
      [0, 'saved'],
      [2, 'usage, a configuration file or a keyring that cannot be used'],
      [3, 'without --url: the server rejected the key'],
      [6, 'without --url: network'],
      [8, 'another groupctl is writing the file'],
    ],
    run,
    present: presentSourceSaved,
  });
}

/** Saves one source. Without `--url` a person is asked, and the server; else no server is asked. */
export async function run(options: Options, deps: Deps): Promise<VerbResult<SourceSaved>> {
  const { url } = options;
  if (url === undefined) {
    const { missingUrl } = await import('../../operations/sources/questions.ts');
    if (Object.keys(options).some((option) => NEED_URL.test(option))) throw missingUrl();
    return { result: await bySigningIn(options, deps) };
  }
  const { assertUsableName, checkedCaFile, readCredentials } =
    await import('../../operations/sources/sources.ts');
  const { kindOfUrl, normalizeUrl } = await import('../../state/sources/choose.ts');
  const { saveSource, storeCredentials } = await import('../../operations/sources/key-storage.ts');
  const name = (options.name ?? 'Default').trim();
  assertUsableName(name);
  const kind = kindOfUrl(url, options.kind);
  const { feed, dialect, settle, self, organizationSlug, keyStorage } = options;
  const base = { name, kind, url: normalizeUrl(url) };
  const caFile = await checkedCaFile(options.caFile);
  const given = await readCredentials(kind, options, deps);
  const stored = await storeCredentials(name, given, keyStorage, deps);
  const source: Source = {
    ...base,
    ...stored,
    ...defined({ feed, dialect, settle }),
    ...(options.userCheck === false ? { userCheck: false } : {}),
    ...defined({ self, organizationSlug, caFile }),
  };
  const replaced = await saveSource(source, deps);
  warnIgnored(source, options, (message) => deps.warn(message));
  if (given.credentials === undefined && given.external === undefined) {
    deps.warn(
      'The source has no credentials. Add it again with --api-key-stdin, or pass credentials with each command.',
    );
  }
  return { result: await savedResult(source, replaced, deps) };
}

/** Options of a source that is not asked for. */
const NEED_URL = /^(kind|apiKey|username|password|client|organization|feed|dialect|settle|self)/;

async function bySigningIn(options: Options, deps: Deps): Promise<SourceSaved> {
  const { signIn } = await import('../../operations/sources/sign-in.ts');
  const { checkedCaFile } = await import('../../operations/sources/sources.ts');
  const { saveSource, storeCredentials } = await import('../../operations/sources/key-storage.ts');
  const caFile = await checkedCaFile(options.caFile);
  const { source, account, mayChange } = await signIn({ name: options.name?.trim(), caFile }, deps);
  const { credentials, ...rest } = source;
  const stored = await storeCredentials(source.name, { credentials }, options.keyStorage, deps);
  const saved: Source = { ...rest, ...stored };
  const replaced = await saveSource(saved, deps);
  const signedIn = { ...defined({ account, mayChange }) };
  return { ...(await savedResult(saved, replaced, deps)), signedIn };
}

async function savedResult(
  source: Source,
  replaced: Source | undefined,
  deps: Deps,
): Promise<SourceSaved> {
  const keyFile =
    source.credentials === undefined
      ? undefined
      : { path: (await deps.sources()).path, isWindows: deps.platform === 'win32' };
  return {
    source: describeSource(source),
    ...(replaced === undefined ? {} : { replaced: describeSource(replaced) }),
    keyFile,
  };
}
