import { defined } from './defined.ts';

/**
 * The name of a kind of server. Any text: a record may be of a newer groupctl. `KindName` of
 * backends/kinds.ts is the union of those that this one knows.
 */
export type SourceKind = string;

export type Dialect = 'auto' | 'update' | 'add';

export type Credentials =
  | { readonly type: 'api-key'; readonly apiKey: string }
  | { readonly type: 'password'; readonly username: string; readonly password: string }
  | { readonly type: 'client'; readonly clientId: string; readonly clientSecret: string };

/** Credentials whose secret is not in the configuration file: it is read on every use. */
export interface ExternalCredentials {
  readonly type: Credentials['type'];
  readonly username?: string;
  readonly clientId?: string;
  /** The entry of the keyring, or the command that prints the secret. */
  readonly from: { readonly keyring: string } | { readonly command: string };
}

/** A source without its secrets: what may be shown. */
export interface SourceInfo {
  readonly name: string;
  readonly kind: SourceKind;
  readonly url: string;
  readonly auth: Credentials['type'] | 'none';
  readonly username?: string;
  readonly clientId?: string;
  /** Where the secret is, if the configuration file does not hold it. */
  readonly keyStorage?: 'keyring' | 'command';
  readonly feed?: string;
  readonly dialect?: Dialect;
  /** Milliseconds. */
  readonly settle?: number;
  readonly userCheck?: boolean;
  readonly self?: string;
  /** The sub-organization that a login is for (where the kind has such). */
  readonly organizationSlug?: string;
  /** The file with the certificates of the authority (CA) that this server's is signed by. */
  readonly caFile?: string;
  /** The URL of the store that a team shares for locks and journals, without a password. */
  readonly sharedStore?: string;
}

export interface Source extends Omit<SourceInfo, 'auth' | 'username' | 'clientId' | 'keyStorage'> {
  readonly credentials?: Credentials;
  /** Instead of `credentials`, until a connection needs them. */
  readonly external?: ExternalCredentials;
}

/** The part of a source that may be shown, listed and logged. */
export function describeSource(source: Source): SourceInfo {
  const { credentials, external, ...rest } = source;
  const login = credentials ?? external;
  const username = login?.type === 'password' ? login.username : undefined;
  const clientId = login?.type === 'client' ? login.clientId : undefined;
  return {
    ...rest,
    auth: login?.type ?? 'none',
    ...defined({ username, clientId, keyStorage: external && keyStorageOf(external) }),
  };
}

function keyStorageOf({ from }: ExternalCredentials): 'keyring' | 'command' {
  return 'keyring' in from ? 'keyring' : 'command';
}

/**
 * Credentials with the secret that belongs to them.
 *
 * @param secret the API key, password or client secret
 */
export function withSecret(
  { type, username = '', clientId = '' }: ExternalCredentials,
  secret: string,
): Credentials {
  if (type === 'password') return { type, username, password: secret };
  if (type === 'client') return { type, clientId, clientSecret: secret };
  return { type, apiKey: secret };
}

/** The secret of credentials, and what is left of them without it. */
export function splitCredentials(credentials: Credentials): {
  secret: string;
  login: Omit<ExternalCredentials, 'from'>;
} {
  if (credentials.type === 'api-key') {
    return { secret: credentials.apiKey, login: { type: 'api-key' } };
  }
  if (credentials.type === 'client') {
    const { type, clientId, clientSecret } = credentials;
    return { secret: clientSecret, login: { type, clientId } };
  }
  const { type, username, password } = credentials;
  return { secret: password, login: { type, username } };
}

/** True if two URLs are those of one server. */
export function sameServer(one: string, other: string): boolean {
  const bare = (url: string): string => url.trim().replace(/\/+$/, '').toLowerCase();
  return bare(one) === bare(other);
}
