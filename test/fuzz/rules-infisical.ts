import { isObject, readable } from './readable.ts';
import { isAsked, type Ran } from './rules.ts';
import type { Exchange } from './server.ts';

const ROOT = '/api/v1/groups';
const LOGIN = '/api/v1/auth/universal-auth/login';

/** Logins of one run: the first, and one in the place of a token that is refused. */
const LOGINS = 4;
const SENDS = 3;

/** What a run may write on Infisical: the members that were asked for, in the group that was meant. */
export function infisicalWrites({ exchanges, asked, words }: Ran): string[] {
  const faults: string[] = [];
  const sends = new Map<string, number>();
  let groups: Exchange | undefined;
  for (const exchange of exchanges) {
    const { method, path } = exchange;
    if (method === 'GET') {
      if (path === ROOT) groups = exchange;
      continue;
    }
    // A 429, or a token that has run out, is followed by the same call.
    if (!wasTurnedAway(exchange)) {
      const key = `${method} ${path}`;
      sends.set(key, (sends.get(key) ?? 0) + 1);
    }
    if (path === LOGIN) continue;
    const fault = write(exchange, groups, asked, words);
    if (fault !== undefined) faults.push(fault);
  }
  for (const [call, count] of sends) {
    if (count > (call.endsWith(LOGIN) ? LOGINS : SENDS)) faults.push(`${count} times ${call}.`);
  }
  return faults;
}

function wasTurnedAway({ wire }: Exchange): boolean {
  return wire !== undefined && !wire.broken && [401, 403, 429].includes(wire.status);
}

function write(
  { method, path, body }: Exchange,
  groups: Exchange | undefined,
  { group, adds = [], removes, makes }: Ran['asked'],
  words: readonly string[],
): string | undefined {
  if (group === undefined) return `It sent ${method} ${path}.`;
  if (method === 'POST' && path === ROOT) {
    const { name } = JSON.parse(body) as { name: string };
    return makes === 'create' && name === group ? undefined : `It made the group ${name}.`;
  }
  const [id = '', what, name = ''] = path
    .slice(ROOT.length + 1)
    .split('/')
    .map(decodeURIComponent);
  if (!isMeant(id, group, groups)) return `It wrote to the group ${id}.`;
  if (what === undefined) {
    return method === 'DELETE' && makes === 'delete' ? undefined : `It sent ${method} ${path}.`;
  }
  if (what !== 'users' && what !== 'machine-identities') return `It sent ${method} ${path}.`;
  const isSync = words.includes('sync');
  const isRight =
    method === 'POST'
      ? isAsked(name, adds)
      : isSync
        ? !isAsked(name, adds)
        : isAsked(name, removes ?? []);
  return isRight ? undefined : `It sent ${method} for ${name}.`;
}

/** True if the list of groups read last has that id under the name, the slug or the id asked for. */
function isMeant(id: string, asked: string, list: Exchange | undefined): boolean {
  const groups = list?.wire === undefined ? undefined : readable(list.wire);
  if (!Array.isArray(groups)) return false;
  return groups.some(
    (group) =>
      isObject(group) &&
      group['id'] === id &&
      [group['name'], group['slug'], id].some(
        (each) => typeof each === 'string' && isAsked(each, [asked]),
      ),
  );
}
