import { defined } from '../../domain/defined.ts';
import { KIND_NAMES } from '../../backends/kinds.ts';
import type { AppCommand } from '../../cli/command.ts';
import type { Deps } from '../../cli/deps.ts';
import { describeSource, type Dialect, type Source, type SourceKind } from '../../domain/source.ts';
import { usageError } from '../../errors.ts';
import { warnIgnored } from '../../operations/membership/ignored-options.ts';
import { type VerbResult, registerVerb, type Start } from '../../cli/verb.ts';
import { addCredentialOptions, addOutputOptions, addSettleOption } from '../../cli/options.ts';
import { presentSourceSaved, type SourceSaved } from '../../output/results/source.ts';

export interface Options {
  readonly name?: string;
  readonly url: string;
  readonly kind?: SourceKind;
  readonly apiKey?: string;
  readonly apiKeyStdin?: boolean;
  readonly username?: string;
  readonly password?: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly clientSecretStdin?: boolean;
  readonly organizationSlug?: string;
  readonly keepQuotes?: boolean;
  readonly feed?: string;
  readonly dialect?: Dialect;
  readonly settle?: number;
  readonly userCheck?: boolean;
  readonly self?: string;
}

const DIALECTS = ['auto', 'update', 'add'];

export function register(parent: AppCommand, start: Start): void {
  registerVerb<Options, SourceSaved>(parent, start, {
    name: 'add',
    summary: 'Add a source, or replace the one of that name.',
    options: (add) => {
      add.value('--name <name>', 'name of the source (default: Default)');
      add.required('--url <url>', 'base URL of the server; us or eu for Infisical Cloud');
      add.choice('--kind <kind>', 'kind of server (infisical for us and eu)', KIND_NAMES, 'proget');
      addCredentialOptions(add);
      add.value('--feed <feed>', 'default feed');
      add.choice('--dialect <dialect>', 'how ProGet members are written', DIALECTS, 'auto');
      addSettleOption(add);
      add.flag('--no-user-check', 'accept names that the server does not list (AD, LDAP)');
      add.value(
        '--self <name>',
        'your own account on that server, so groupctl never removes it by mistake',
      );
      add.flag('--plain-text', 'accepted for pgutil; has no effect');
      addOutputOptions(add);
    },
    examples: [
      'groupctl sources add --url=https://proget.corp.local/ --api-key=abc12345',
      'groupctl sources add --name=prod --url=https://proget.corp.local/ --api-key-stdin < key.txt',
      'groupctl sources add --name=cloud --url=us --client-id=… --client-secret-stdin < secret.txt',
      'groupctl sources add --name=branch --url=us --client-id=… --client-secret-stdin --organization-slug=branch < secret.txt',
      'groupctl sources add --name=old --url=https://old.corp.local/ --api-key=abc12345 --dialect=add',
    ],
    json: '{"source":{"name","kind","url","auth","feed"?,"dialect"?,"settle"?,"userCheck"?,"self"?,"organizationSlug"?},"replaced"}',
    exitCodes: [
      [0, 'saved'],
      [2, 'usage, or a configuration file that cannot be used'],
      [8, 'another groupctl is writing the file'],
    ],
    run,
    present: presentSourceSaved,
  });
}

/** Saves one source; the server is not asked (see `sources test`). */
export async function run(options: Options, deps: Deps): Promise<VerbResult<SourceSaved>> {
  const { isReservedName, kindOfUrl, normalizeUrl } = await import('../../state/sources/choose.ts');
  const { assertFits, assertSlugFits, credentialsFrom } =
    await import('../../state/sources/credentials.ts');
  const name = (options.name ?? 'Default').trim();
  if (isReservedName(name)) {
    throw usageError(`The name ${name} is built in.`, 'Choose another --name.', 'reserved-name');
  }
  if (name.includes('://') || /:.*@/.test(name))
    throw usageError('A source cannot be named like a URL.', 'Choose another --name.');
  const kind = kindOfUrl(options.url, options.kind);
  const url = normalizeUrl(options.url);
  const { readSecrets } = await import('../../cli/secrets.ts');
  const { apiKey, clientSecret } = await readSecrets(options, (option) => deps.stdinSecret(option));
  const { username, password, clientId, feed, dialect, settle, self, organizationSlug } = options;
  for (const secret of [apiKey, password, clientSecret]) deps.redactor.add(secret);
  const parts = { apiKey, username, password, clientId, clientSecret };
  const credentials = credentialsFrom(parts, { keepQuotes: options.keepQuotes });
  assertFits(kind, credentials);
  assertSlugFits(kind, credentials, organizationSlug);
  const source: Source = {
    name,
    kind,
    url,
    ...defined({ credentials, feed, dialect, settle }),
    ...(options.userCheck === false ? { userCheck: false } : {}),
    ...defined({ self, organizationSlug }),
  };
  const store = await deps.sources();
  const replaced = await store.save(source);
  warnIgnored(source, options, (message) => deps.warn(message));
  if (credentials === undefined) {
    deps.warn(
      'The source has no credentials. Add it again with --api-key-stdin, or pass credentials with each command.',
    );
  }
  return {
    result: {
      source: describeSource(source),
      ...(replaced === undefined ? {} : { replaced: describeSource(replaced) }),
    },
  };
}
