import type { Credentials } from '../domain/source.ts';

/** What the program has to know of a kind of server before it talks to one: data, no code. */
export interface KindInfo {
  /** For `--kind`, GROUPCTL_KIND and the configuration file. */
  readonly name: string;
  /** For messages, with its article: `a ProGet server`. */
  readonly server: string;
  /** The built-in source of the embedded server of this kind. */
  readonly sandbox?: string;
  /** The maker's own servers, by the short names that stand for their URLs. */
  readonly cloud: Readonly<Record<string, string>>;
  /** Host names that can only be servers of this kind. */
  readonly cloudHosts?: RegExp;
  readonly credentials: {
    /** Their variables are read from the environment; those of other types are ignored. */
    readonly types: readonly Credentials['type'][];
    /** For a message: the options that give such credentials. */
    readonly options: string;
  };
  /** An API key can be `user:password`. */
  readonly keyHoldsUser: boolean;
  /** A login can be for an organization: `--organization-slug`. */
  readonly hasOrganizations: boolean;
  /** Machine identities can be members. */
  readonly hasIdentities: boolean;
  /** What `groups create` takes besides the name. */
  readonly createOptions: readonly ('slug' | 'role')[];
  /** How members are written: docs/writing-backends.md says how to choose. */
  readonly engine: 'whole-list' | 'per-member';
  /** Options of membership commands and of `sources add` that have no effect, besides those of the engine. */
  readonly ignoredOptions: readonly IgnoredOption[];
  /** The hint for an unknown name that is an e-mail address, and is not near one that is a user name. */
  readonly emailHint?: string;
}

export type IgnoredOption = 'concurrency' | 'verify' | 'settle' | 'settleLimit' | 'dialect';
