import { kindInfo, KIND_NAMES, KINDS } from '../../backends/kinds.ts';
import type { Deps } from '../../cli/deps.ts';
import { defined } from '../../domain/defined.ts';
import { harmless } from '../../domain/shorten.ts';
import type { Credentials, Source, SourceKind } from '../../domain/source.ts';
import { asGroupctlError, declinedError, usageError } from '../../errors.ts';
import { isCloud, kindOfUrl, normalizeUrl } from '../../state/sources/url.ts';
import { noUserNamed } from '../membership/misspelled.ts';
import { askOptional, askUntil } from './questions.ts';
import { askCredentials, using } from './sign-in-credentials.ts';
import { assertUsableName } from './sources.ts';

/** Adding a source by questions. */

/** A source that the server accepted, and what the server said. */
interface SignedIn {
  readonly source: Source & { readonly credentials: Credentials };
  /** Who the credentials belong to, in words; undefined where the server does not say. */
  readonly account: string | undefined;
  /** Undefined: the server does not say. */
  readonly mayChange: boolean | undefined;
}

/**
 * Asks for URL, key and name; the kind is the server's own answer. The key is tried before it is
 * stored.
 *
 * @param given what options said already
 * @throws unauthorized (3) after three keys; network (6); usage (2) `missing-option` off a terminal;
 *   interrupted (130)
 */
export async function signIn(
  given: { readonly name: string | undefined; readonly caFile: string | undefined },
  deps: Deps,
): Promise<SignedIn> {
  const { caFile } = given;
  const typed = await askUntil(
    deps,
    'URL of the server (us or eu for Infisical Cloud):',
    urlWithScheme,
  );
  const url = normalizeUrl(typed);
  const kind = isCloud(typed) ? kindOfUrl(typed, undefined) : await detectKind(url, caFile, deps);
  const { credentials, account, mayChange } = await askCredentials({ url, kind, caFile }, deps);
  const { self, isKnown } =
    account === undefined && kindInfo(kind)?.keyHoldsUser === true
      ? await askSelf({ name: url, kind, url, credentials, ...defined({ caFile }) }, deps)
      : {};
  const name = await nameFor(given.name, url, deps);
  return {
    source: { name, kind, url, credentials, ...defined({ caFile, self }) },
    account: account ?? (isKnown === true ? self : undefined),
    mayChange,
  };
}

/**
 * Asks for the own user name. One that no user has is asked for again; typed again it is kept, because a
 * user of a directory may be in no list yet.
 */
async function askSelf(
  source: Source,
  deps: Deps,
): Promise<{ readonly self?: string; readonly isKnown?: boolean }> {
  const question = 'Your own user name there, so groupctl never removes it (optional):';
  for (let refused: string | undefined; ;) {
    const self = await askOptional(deps, question);
    if (self === undefined) return {};
    if (self === refused) return { self, isKnown: false };
    const problem = await using(source, deps, ({ directory }) => noUserNamed(self, directory));
    if (problem === undefined) return { self, isKnown: true };
    deps.show([`${problem} To keep this name, type it again.`]);
    refused = self;
  }
}

/** A host without a scheme is asked over https. */
function urlWithScheme(line: string): string {
  const typed = line.trim();
  const whole = isCloud(typed) || typed.includes('://') ? typed : `https://${typed}`;
  normalizeUrl(whole);
  return whole;
}

/**
 * The kind of a server: the first whose health page this one has.
 *
 * @throws network (6) when nothing answers
 */
async function detectKind(
  url: string,
  caFile: string | undefined,
  deps: Deps,
): Promise<SourceKind> {
  const known = kindOfUrl(url, undefined);
  // A maker's own host; the default kind is a guess.
  if (known !== KINDS[0]?.name) return known;
  for (const kind of KIND_NAMES) {
    const source = { name: url, kind, url, ...defined({ caFile }) };
    try {
      const { product } = await using(source, deps, ({ directory }) => directory.health());
      deps.show([`This is ${article(product)} ${product} server.`]);
      return kind;
    } catch (error) {
      const { kind: failed } = asGroupctlError(error);
      if (failed === 'network' || failed === 'interrupted') throw error;
    }
  }
  return await askUntil(deps, `Kind of the server (${KIND_NAMES.join(', ')}):`, (line) =>
    kindOfUrl(url, KIND_NAMES.find((name) => name === line.toLowerCase()) ?? unknownKind(line)),
  );
}

function article(word: string): string {
  return /^[aeiou]/i.test(word) ? 'an' : 'a';
}

function unknownKind(line: string): never {
  throw usageError(`There is no kind of server named "${harmless(line)}".`);
}

/**
 * The name of the new source. Another one of that name is replaced only if the person agrees.
 *
 * @throws safety (8) `declined` for a name that an option gave
 */
async function nameFor(given: string | undefined, url: string, deps: Deps): Promise<string> {
  const store = await deps.sources();
  const isFree = async (name: string): Promise<boolean> => {
    assertUsableName(name);
    const other = store.find(name);
    if (other === undefined) return true;
    return await deps.confirm(`Replace the source "${other.name}" (${other.url})?`, '--url');
  };
  if (given !== undefined) {
    if (!(await isFree(given))) throw declinedError();
    return given;
  }
  const suggested = store.find('Default') === undefined ? 'Default' : firstLabel(url);
  for (;;) {
    const name = await askUntil(deps, `Name of the source [${suggested}]:`, async (line) => {
      const wanted = line === '' ? suggested : line;
      return (await isFree(wanted)) ? wanted : undefined;
    });
    if (name !== undefined) return name;
  }
}

/** `proget` of `https://proget.corp.local/`. */
function firstLabel(url: string): string {
  const { hostname } = new URL(url);
  return /^[\d.[]/.test(hostname) ? hostname : (hostname.split('.')[0] ?? hostname);
}
