import type { Deps } from './deps.ts';
import { defined } from '../domain/defined.ts';
import { bothGivenError } from '../errors.ts';
import { assertCleanSecret } from '../state/sources/secret-text.ts';
import { twoReadersError } from './stdin.ts';

/** Secrets as options carry them: a value, or a flag that says to read it from standard input. */
export interface SecretOptions {
  readonly apiKey?: string;
  readonly apiKeyStdin?: boolean;
  readonly clientSecret?: string;
  readonly clientSecretStdin?: boolean;
  /** Of a login; `-` is standard input. */
  readonly password?: string;
  /** Quotes around a secret are a part of it. */
  readonly keepQuotes?: boolean;
  /** A file of members; `-` is standard input. */
  readonly file?: string | undefined;
}

/**
 * The secrets of a command line, with the one that stands on standard input.
 *
 * @param stdinSecret reads standard input for the option of that name
 * @throws usage (2) when one secret is given twice, or two read standard input; `bad-secret`
 */
export async function readSecrets(
  options: SecretOptions,
  stdinSecret: (option: string) => Promise<string>,
): Promise<{ apiKey?: string; clientSecret?: string; password?: string }> {
  const { apiKey, apiKeyStdin, clientSecret, clientSecretStdin, password } = options;
  assertOneReader(options);
  if (apiKeyStdin === true && apiKey !== undefined)
    throw bothGivenError('--api-key', '--api-key-stdin');
  if (clientSecretStdin === true && clientSecret !== undefined) {
    throw bothGivenError('--client-secret', '--client-secret-stdin');
  }
  const read = async (option: string): Promise<string> => {
    const text = await stdinSecret(option);
    assertCleanSecret(text, option, options);
    return text;
  };
  const key = apiKeyStdin === true ? await read('--api-key-stdin') : apiKey;
  const secret = clientSecretStdin === true ? await read('--client-secret-stdin') : clientSecret;
  const typed = password === '-' ? await read(PASSWORD) : password;
  return defined({ apiKey: key, clientSecret: secret, password: typed });
}

/** @throws usage (2) when two options read standard input */
export function assertOneReader(options: SecretOptions): void {
  const { apiKeyStdin, clientSecretStdin, password, file } = options;
  if (apiKeyStdin === true && clientSecretStdin === true) {
    throw bothGivenError('--api-key-stdin', '--client-secret-stdin');
  }
  const [one, other] = [
    file === '-' && '--file -',
    apiKeyStdin === true && '--api-key-stdin',
    clientSecretStdin === true && '--client-secret-stdin',
    password === '-' && PASSWORD,
  ].filter((reader) => reader !== false);
  if (one !== undefined && other !== undefined) throw twoReadersError(one, other);
}

const PASSWORD = '--password=-';

/** As in pgutil, a key takes precedence over a user name. */
export function withKeyFirst<
  T extends { readonly apiKey?: string; readonly username?: string; readonly password?: string },
>(options: T, { warn }: Pick<Deps, 'warn'>): Omit<T, 'username' | 'password'> & Partial<T> {
  const { username, password, ...rest } = options;
  if (options.apiKey === undefined || (username === undefined && password === undefined)) {
    return options;
  }
  warn('--api-key is used; --username and --password have no effect.');
  return rest as Omit<T, 'username' | 'password'> & Partial<T>;
}
