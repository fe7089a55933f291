import type { Deps } from '../../cli/deps.ts';
import type { VerbResult } from '../../cli/verb.ts';
import { defined } from '../../domain/defined.ts';
import { storeKeyCommand } from '../no-credentials.ts';
import { describeSource, type Source } from '../../domain/source.ts';
import type { SourceSaved } from '../../output/results/source.ts';
import { kindOfUrl, normalizeUrl } from '../../state/sources/url.ts';
import { warnIgnored } from '../membership/ignored-options.ts';
import { saveSource, storeCredentials } from './key-storage.ts';
import { missingUrlError } from './questions.ts';
import {
  assertUsableName,
  checkedCaFile,
  checkedStore,
  readCredentials,
  type SourceFields,
  unlessNone,
} from './sources.ts';

export interface AddOptions extends SourceFields {
  readonly name?: string;
  /** Undefined: asked for, on a terminal. */
  readonly url?: string;
}

/** Saves one source. Without `--url` a person is asked, and the server; else no server is asked. */
export async function addSource(options: AddOptions, deps: Deps): Promise<VerbResult<SourceSaved>> {
  const { url } = options;
  if (url === undefined) {
    const isFixed = Object.keys(options).some((option) => NEED_URL.test(option));
    if (isFixed || options.userCheck === false) throw missingUrlError();
    return { result: await bySigningIn(options, deps) };
  }
  const { name = 'Default' } = options;
  assertUsableName(name);
  const kind = kindOfUrl(url, options.kind);
  const { dialect, settle, organizationSlug, keyStorage } = options;
  const feed = unlessNone(options.feed);
  const self = unlessNone(options.self);
  const base = { name, kind, url: normalizeUrl(url) };
  const caFile = await checkedCaFile(options.caFile);
  const sharedStore = await checkedStore(options.sharedStore);
  const given = await readCredentials(kind, options, deps);
  const stored = await storeCredentials(name, given, keyStorage, deps);
  const source: Source = {
    ...base,
    ...stored,
    ...defined({ feed, dialect, settle }),
    ...(options.userCheck === false ? { userCheck: false } : {}),
    ...defined({ self, organizationSlug, caFile, sharedStore }),
  };
  const replaced = await saveSource(source, deps);
  warnIgnored(source, options, (message) => deps.warn(message));
  if (given.credentials === undefined && given.external === undefined) {
    const had = replaced?.credentials ?? replaced?.external;
    const lost = had === undefined ? '' : ' (those that it had are deleted)';
    deps.warn(`The source has no credentials${lost}. Give it some with: ${storeKeyCommand(name)}`);
  }
  return { result: await savedResult(source, replaced, deps) };
}

/** Options of a source that is not asked for. */
const NEED_URL = /^(kind|apiKey|username|password|client|organization|feed|dialect|settle|self)/;

async function bySigningIn(options: AddOptions, deps: Deps): Promise<SourceSaved> {
  if (options.name !== undefined) assertUsableName(options.name);
  const caFile = await checkedCaFile(options.caFile);
  const sharedStore = await checkedStore(options.sharedStore);
  const { signIn } = await import('./sign-in.ts');
  const { source, account, mayChange } = await signIn({ name: options.name, caFile }, deps);
  const { credentials, ...rest } = source;
  const stored = await storeCredentials(source.name, { credentials }, options.keyStorage, deps);
  const saved: Source = { ...rest, ...stored, ...defined({ sharedStore }) };
  const replaced = await saveSource(saved, deps);
  const result = await savedResult(saved, replaced, deps);
  return { ...result, signedIn: defined({ account, mayChange }) };
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
