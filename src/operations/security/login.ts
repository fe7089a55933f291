import type { ServerOptions } from '../../cli/deps.ts';
import { halfCredentialsError } from '../../state/sources/credentials.ts';
import { defined } from '../../domain/defined.ts';

/** In commands about users `--username` and `--password` are of the account that they are about. */
export interface LoginOptions extends Omit<ServerOptions, 'username' | 'password'> {
  readonly loginUsername?: string;
  readonly loginPassword?: string;
}

/**
 * The options of a login, under the names that a connection knows.
 *
 * @throws usage (2) for half of a login, without a key that would count instead
 */
export function withLogin(options: LoginOptions): ServerOptions {
  const { loginUsername: username, loginPassword: password, ...rest } = options;
  const hasKey = rest.apiKey !== undefined || rest.apiKeyStdin === true;
  const half = [username, password].filter((part) => part !== undefined).length === 1;
  if (half && !hasKey) {
    throw username === undefined
      ? halfCredentialsError('--login-password', '--login-username')
      : halfCredentialsError('--login-username', '--login-password');
  }
  const { username: _, password: __, ...server } = rest as ServerOptions;
  return { ...server, ...defined({ username, password }) };
}
