import { createDecipheriv } from 'node:crypto';
import { isUtf8 } from 'node:buffer';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { parsedJson } from '../../domain/parsed-json.ts';
import { GroupctlError } from '../../errors.ts';

/** The sources of pgutil (contract: "sources and the config file"). The file is only read. */

type Env = Readonly<Record<string, string | undefined>>;

const text = v.nullish(v.string());
const SourceSchema = v.object({
  name: v.string(),
  url: v.string(),
  defaultFeed: text,
  username: text,
  password: text,
  token: text,
  encryptedPassword: text,
  encryptedToken: text,
});
/** Without the key `sources` it is the file of another program. */
const ConfigSchema = v.object({ sources: v.nullable(v.array(SourceSchema)) });

/** A source of pgutil with its secrets in the clear. */
export interface PgutilSource {
  readonly name: string;
  readonly url: string;
  readonly feed?: string;
  readonly username?: string;
  readonly password?: string;
  readonly apiKey?: string;
  /** A secret that cannot be decrypted. */
  readonly isDamaged: boolean;
}

/**
 * The configuration file of pgutil; undefined where there is none. Below the current folder it is looked for only where
 * the user has no folder of configurations, as pgutil does.
 */
export function findPgutilConfig(env: Env, platform: string, cwd: string): string | undefined {
  const home = env['HOME'] ?? env['USERPROFILE'];
  const folders =
    platform === 'win32'
      ? [env['APPDATA']]
      : [
          ...(platform === 'darwin' && home ? [join(home, 'Library/Application Support')] : []),
          env['XDG_CONFIG_HOME'] || (home && join(home, '.config')),
        ];
  const known = folders.flatMap((folder) => (folder ? [folder] : []));
  const files = known.map((folder) => join(folder, 'pgutil', 'pgutil.config'));
  const found = files.find((file) => existsSync(file));
  if (found !== undefined) return found;
  const here = join(cwd, 'pgutil', 'pgutil.config');
  return !known.some((folder) => existsSync(folder)) && existsSync(here) ? here : undefined;
}

/**
 * @param path for messages
 * @throws config (2) `pgutil-config-unusable`, without any of its content
 */
export function parsePgutilConfig(bytes: Uint8Array, path: string): PgutilSource[] {
  // A character that is replaced may be one of a password.
  if (!isUtf8(bytes)) throw unusableConfigError(path, 'is not UTF-8');
  const json = parsedJson(new TextDecoder().decode(bytes));
  if (json === undefined) throw unusableConfigError(path, 'is no JSON');
  const parsed = v.safeParse(ConfigSchema, json);
  if (!parsed.success) {
    const place = v.getDotPath(parsed.issues[0]) ?? 'the top level';
    throw unusableConfigError(path, `is not what pgutil writes: ${place} is not as expected`);
  }
  return (parsed.output.sources ?? []).map(toSource);
}

function toSource(stored: v.InferOutput<typeof SourceSchema>): PgutilSource {
  const { name, url, defaultFeed, username } = stored;
  const token = secretOf(stored.encryptedToken, stored.token);
  const password = secretOf(stored.encryptedPassword, stored.password);
  return {
    name,
    url,
    ...(defaultFeed ? { feed: defaultFeed } : {}),
    ...(username ? { username } : {}),
    ...(password ? { password } : {}),
    ...(token ? { apiKey: token } : {}),
    isDamaged: token === false || password === false,
  };
}

/** One key for all installations: it keeps a secret from a glance, and no more. */
const KEY = Buffer.from('cf85e31de7173b234f78f0e6e70ff3ad', 'hex');
const IV_BYTES = 16;

/** The encrypted form wins; false: it cannot be decrypted. */
function secretOf(
  encrypted: string | null | undefined,
  plain: string | null | undefined,
): string | false | undefined {
  if (!encrypted) return plain ?? undefined;
  try {
    const bytes = Buffer.from(encrypted, 'base64');
    const cipher = createDecipheriv('aes-128-cbc', KEY, bytes.subarray(0, IV_BYTES));
    const parts = [cipher.update(bytes.subarray(IV_BYTES)), cipher.final()];
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts));
  } catch {
    return false;
  }
}

function unusableConfigError(path: string, why: string): GroupctlError {
  return new GroupctlError('config', `The pgutil configuration ${path} ${why}.`, {
    code: 'pgutil-config-unusable',
    hint: 'Add the sources with: groupctl sources add',
    details: { path },
  });
}
