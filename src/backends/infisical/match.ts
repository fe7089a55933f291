import { NameIndex } from '../../domain/names.ts';
import { type ListedUser, toUser } from './convert.ts';
import type { MemberLookup } from '../per-member/member-store.ts';

/** Finding one user by a substring, which the server compares without case, and an exact match. */

/** The backslash quotes what follows it; the wildcards match themselves and more, which is fine. */
export function usernameFilter(name: string): string {
  return name.replaceAll('\\', '_');
}

export function looserPattern(name: string): string {
  return usernameFilter(name.normalize('NFC').replace(/[^\u0020-\u007e]+/gu, '%'));
}

export function isAscii(name: string): boolean {
  return Array.from(name).every((point) => point <= '\u007f');
}

/** By the server's spelling; of several rows of one user, the one of the membership. */
function byName(rows: readonly ListedUser[]): Map<string, ListedUser> {
  const users = new Map<string, ListedUser>();
  for (const row of rows) {
    if (row.isPartOfGroup || !users.has(row.username)) users.set(row.username, row);
  }
  return users;
}

export function match(typed: string, rows: readonly ListedUser[]): MemberLookup {
  const users = byName(rows);
  const found = new NameIndex(users.keys()).findTyped(typed);
  if (found.kind === 'ambiguous') return found;
  // A user whose name has blanks around it is found without them; the server cannot be asked for one.
  const name =
    found.kind === 'one'
      ? found.name
      : [...users.keys()].find((each) => each.trim() === typed.trim());
  const user = name === undefined ? undefined : users.get(name);
  return user === undefined ? { kind: 'none' } : foundUser(user);
}

export function foundUser(user: ListedUser): MemberLookup {
  return { kind: 'one', name: user.username, isMember: user.isPartOfGroup, user: toUser(user) };
}

/** The longest path parameter that the server's routes take, decoded. */
const LONGEST_PARAMETER = 100;

/** Why a name cannot stand in a path, if it cannot (contract: "Requests"). */
export function unaddressable(name: string): string | undefined {
  if (name.length > LONGEST_PARAMETER) {
    return `the server takes no name of more than ${LONGEST_PARAMETER} characters`;
  }
  if (name !== name.trim()) return 'the server cuts blanks off at both ends of a name';
  if (name === '.' || name === '..') return 'a path cannot hold such a name';
  if (name.includes('\0') || !name.isWellFormed()) return 'the name holds what is no character';
  return undefined;
}
