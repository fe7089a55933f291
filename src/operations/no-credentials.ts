import type { Deps } from '../cli/deps.ts';
import { forShell, inQuotes } from '../domain/shorten.ts';
import { describeSource, type Source } from '../domain/source.ts';
import { type GroupctlError, reworded } from '../errors.ts';
import { isOtherThanEnvUrl } from '../state/sources/choose.ts';

/** The command that gives a saved source its credentials. */
export function storeKeyCommand(name: string): string {
  return `groupctl sources edit ${forShell(name)} --api-key-stdin`;
}

/** The refusal of a server that no credentials were sent to: what to give it. */
export async function withoutCredentialsError(
  error: GroupctlError,
  { name, url }: Source,
  deps: Pick<Deps, 'sources' | 'env'>,
): Promise<GroupctlError> {
  const saved = (await deps.sources()).list();
  const other = saved.find((each) => each.url === url && describeSource(each).auth !== 'none');
  const isSaved = saved.some((each) => each.name === name);
  const use = isSaved
    ? `Store some with: ${storeKeyCommand(name)}`
    : other === undefined
      ? 'Use --api-key-stdin, or save the server with its key: groupctl sources add'
      : `The source ${inQuotes(other.name)} has some for this URL: use --source=${forShell(other.name)}`;
  const isEmpty = !isSaved && deps.env['GROUPCTL_API_KEY']?.trim() === '';
  const why = isEmpty
    ? ': GROUPCTL_API_KEY is set and empty'
    : !isSaved && isOtherThanEnvUrl(url, deps.env)
      ? ': those of the environment are for GROUPCTL_URL'
      : '';
  return reworded(error, { hint: `No credentials were sent${why}. ${use}` });
}
