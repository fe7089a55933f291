import type { ServerOptions } from '../../cli/deps.ts';
import { defined } from '../../domain/defined.ts';

/** In commands about users `--username` and `--password` are of the account that they are about. */
export interface LoginOptions extends Omit<ServerOptions, 'username' | 'password'> {
  readonly loginUsername?: string;
  readonly loginPassword?: string;
}

/** The options of a login, under the names that a connection knows. */
export function withLogin(options: LoginOptions): ServerOptions {
  const { loginUsername: username, loginPassword: password, ...rest } = options;
  const { username: _, password: __, ...server } = rest as ServerOptions;
  return { ...server, ...defined({ username, password }) };
}
