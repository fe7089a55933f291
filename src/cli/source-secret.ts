import { type ExternalCredentials, type Source, withSecret } from '../domain/source.ts';
import { assertSound } from '../state/sources/secret-text.ts';
import type { Deps } from './deps.ts';

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
  assertSound(secret, `The key that the command of ${name} printed`, { keepQuotes: true });
  return secret;
}
