/** What an account holds besides its memberships, as every backend that knows of it describes it. */

/** A permission that an account has of its own, not by way of a group. */
export interface DirectPermission {
  readonly id?: string;
  readonly task?: string;
  readonly feed?: string;
  readonly feedGroup?: string;
  /** True: it takes away what a group would give. */
  readonly deny: boolean;
}

/** A personal API key, without the key itself: it acts as its user. */
export interface PersonalKey {
  readonly id: string;
  readonly displayName?: string;
  /** As the server has it: ISO 8601. */
  readonly expiration?: string;
}

/**
 * A list, or one sentence about why it cannot be known, and maybe one about what to do; not known is
 * never "none".
 */
export type Known<T> =
  { readonly list: readonly T[] } | { readonly unknown: string; readonly hint?: string };

export interface AccountHoldings {
  readonly permissions: Known<DirectPermission>;
  readonly apiKeys: Known<PersonalKey>;
  /** Feed keys that are in the account's name, where there are any: nothing here deletes them. */
  readonly feedKeys?: readonly PersonalKey[];
}
