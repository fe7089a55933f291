/** The name of a kind of server; `backends/kinds.ts` lists them. */
export type SourceKind = string;

export type Dialect = 'auto' | 'update' | 'add';

export type Credentials =
  | { readonly type: 'api-key'; readonly apiKey: string }
  | { readonly type: 'password'; readonly username: string; readonly password: string }
  | { readonly type: 'client'; readonly clientId: string; readonly clientSecret: string };

/** A source without its secrets: what may be shown. */
export interface SourceInfo {
  readonly name: string;
  readonly kind: SourceKind;
  readonly url: string;
  readonly auth: Credentials['type'] | 'none';
  readonly username?: string;
  readonly clientId?: string;
  readonly feed?: string;
  readonly dialect?: Dialect;
  /** Milliseconds. */
  readonly settle?: number;
  readonly userCheck?: boolean;
  readonly self?: string;
  /** The sub-organization that a login is for (where the kind has such). */
  readonly organizationSlug?: string;
}

export interface Source extends Omit<SourceInfo, 'auth' | 'username' | 'clientId'> {
  readonly credentials?: Credentials;
}

/** The part of a source that may be shown, listed and logged. */
export function describeSource(source: Source): SourceInfo {
  const { credentials, ...rest } = source;
  return {
    ...rest,
    auth: credentials?.type ?? 'none',
    ...(credentials?.type === 'password' ? { username: credentials.username } : {}),
    ...(credentials?.type === 'client' ? { clientId: credentials.clientId } : {}),
  };
}
