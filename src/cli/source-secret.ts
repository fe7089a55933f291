import { sameName } from '../domain/names.ts';
import { type ExternalCredentials, type Source, withSecret } from '../domain/source.ts';
import { assertCleanSecret } from '../state/sources/secret-text.ts';
import type { Deps } from './deps.ts';
import { inQuotes } from '../domain/shorten.ts';

/**
 * The source with its credentials, read from the keyring or from a command where they are there.
 *
 * @throws unauthorized (3) `no-key-in-keyring`, `key-command-failed`; usage (2) `bad-secret`
 */
export async function withCredentials(source: Source, deps: Deps): Promise<Source> {
  const { external, ...rest } = source;
  if (external === undefined || source.credentials !== undefined) return rest;
  const secret = await secretOf(external, source.name, deps);
  deps.redactor.add(secret);
  return { ...rest, credentials: withSecret(external, secret) };
}

async function secretOf({ from }: ExternalCredentials, name: string, deps: Deps): Promise<string> {
  if ('keyring' in from) {
    const { readFromKeyring } = await import('../state/sources/keyring.ts');
    return await readFromKeyring(deps.keyring, from.keyring, name);
  }
  const { keyFromCommand, KEY_COMMAND_LIMIT_MS } = await import('../state/sources/key-command.ts');
  const { platform, signal, deadline, io } = deps;
  const limitMs = Math.min(KEY_COMMAND_LIMIT_MS, deadline.remaining());
  const limits = { platform, signal, limitMs, stdinIsTTY: io.stdinIsTTY };
  const secret = await keyFromCommand(from.command, name, limits);
  assertCleanSecret(secret, `The key that the command of ${inQuotes(name)} printed`, {
    keepQuotes: true,
  });
  return secret;
}

/**
 * Nothing prints these secrets from here on.
 *
 * @throws usage (2) `bad-secret`
 */
export function registerSecrets(
  source: Source,
  addSecret: (secret: string) => void,
  { redactor }: Deps,
): void {
  const { secrets, username } = secretsOf(source);
  for (const secret of secrets) {
    // A password that is the user's name is one of the names that a server shows.
    if (username !== undefined && sameName(secret, username)) redactor.add(secret);
    else addSecret(secret);
  }
  // An editor may have left invisible characters in the configuration file.
  for (const secret of secrets) {
    assertCleanSecret(secret, `The secret of ${inQuotes(source.name)}`, {
      keepQuotes: true,
      typed: true,
    });
  }
}

/** The secrets of a source, and the user's name that its password belongs to. */
function secretsOf({ credentials }: Source): { secrets: string[]; username?: string } {
  if (credentials === undefined) return { secrets: [] };
  if (credentials.type === 'api-key') return { secrets: [credentials.apiKey] };
  if (credentials.type === 'client') return { secrets: [credentials.clientSecret] };
  return { secrets: [credentials.password], username: credentials.username };
}
