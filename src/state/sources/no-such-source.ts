import { didYouMean } from '../../domain/sentences.ts';
import { sameName } from '../../domain/names.ts';
import { harmless } from '../../domain/shorten.ts';
import { GroupctlError } from '../../errors.ts';
import type { SourceStore } from './store.ts';
import { isHost } from './url.ts';

/**
 * @param reserved names that are built in
 * @returns not-found (4) `no-such-source`, with the nearest names, or that it is one of the built-in
 */
export async function noSuchSourceError(
  name: string,
  store: SourceStore,
  reserved: readonly string[],
): Promise<GroupctlError> {
  const builtIn = reserved.find((each) => sameName(each, name.trim()));
  if (builtIn !== undefined) return builtInError(builtIn);
  const { nearest } = await import('../../domain/near.ts');
  const { distance } = await import('fastest-levenshtein');
  const names = [...store.list().map((source) => source.name), ...reserved];
  const near = nearest(name, names, distance);
  const typed = isHost(name) ? name : harmless(name);
  return new GroupctlError('not-found', `There is no source named "${typed}".`, {
    code: 'no-such-source',
    hint: didYouMean(near) ?? urlHint(name) ?? listHint(store),
    details: { source: typed, near },
  });
}

function builtInError(name: string): GroupctlError {
  return new GroupctlError('not-found', `"${name}" is built in and not a saved source.`, {
    code: 'no-such-source',
    hint: `Commands that talk to a server take it as --source=${name}.`,
    details: { source: name, near: [] },
  });
}

/** What to do where there are no sources. */
export const NO_SOURCES = 'There are no sources yet. Add one with: groupctl sources add';

function listHint(store: SourceStore): string {
  return store.list().length === 0 ? NO_SOURCES : 'List the sources with: groupctl sources list';
}

/** What to do about a host that was typed without `https://`. */
function urlHint(name: string): string | undefined {
  if (!isHost(name)) return undefined;
  return `If it is a server, https:// is missing: --source=https://${name}`;
}
