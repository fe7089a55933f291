import { readFileSync, statSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { StoreUrl } from './url.ts';

/**
 * Who logs in to the store, as users of PostgreSQL expect: the URL, else PGUSER and PGPASSWORD, else the
 * password file (https://www.postgresql.org/docs/current/libpq-pgpass.html).
 */

export interface Login {
  readonly user: string;
  readonly password: string | undefined;
}

interface Place {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  readonly warn: (message: string) => void;
}

export function loginFor(url: StoreUrl, place: Place): Login {
  const { env } = place;
  const user = url.user ?? set(env['PGUSER']) ?? userInfo().username;
  const password = url.password ?? set(env['PGPASSWORD']) ?? fromFile(url, user, place);
  return { user, password };
}

function fromFile(url: StoreUrl, user: string, { env, platform, warn }: Place): string | undefined {
  const path = set(env['PGPASSFILE']) ?? standardFile(env, platform);
  let text: string;
  try {
    const stats = statSync(path);
    if (!stats.isFile()) return undefined;
    if (platform !== 'win32' && (stats.mode & 0o077) !== 0) {
      warn(`Warning: the password file ${path} is not used: others can read it (chmod 0600).`);
      return undefined;
    }
    text = readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
  const wanted = [url.host, String(url.port), url.database, user];
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('#')) continue;
    const fields = fieldsOf(line);
    const isOurs = wanted.every((value, at) => fields[at] === '*' || fields[at] === value);
    if (fields.length === 5 && isOurs) return fields[4];
  }
  return undefined;
}

function standardFile(env: Place['env'], platform: string): string {
  if (platform !== 'win32') return join(set(env['HOME']) ?? homedir(), '.pgpass');
  return join(env['APPDATA'] ?? homedir(), 'postgresql', 'pgpass.conf');
}

/** The five fields of a line; a backslash stands before a colon or a backslash that is part of one. */
function fieldsOf(line: string): string[] {
  const fields: string[] = [];
  let field = '';
  for (const [part] of line.matchAll(/\\.|[^]/gu)) {
    if (part === ':' && fields.length < 4) {
      fields.push(field);
      field = '';
    } else field += part.startsWith('\\') ? part.slice(1) : part;
  }
  return [...fields, field];
}

function set(value: string | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : value;
}
