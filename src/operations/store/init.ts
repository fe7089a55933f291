import type { Deps } from '../../cli/deps.ts';
import type { VerbResult } from '../../cli/verb.ts';
import { usageError } from '../../errors.ts';
import type { InitResult } from '../../output/results/store.ts';
import { ddl as ddlOf, grants as grantsOf } from '../../state/postgres/statements.ts';
import { DEFAULT_SCHEMA } from '../../state/postgres/url.ts';
import { sharedStore } from './shared-store.ts';

export interface InitOptions {
  readonly source?: string;
  /** The role that makes runs, for the GRANT statements. */
  readonly role?: string;
  /** Prints the statements and does nothing. */
  readonly print?: boolean;
}

const DEFAULT_ROLE = 'groupctl_ci';
/** A name that needs no quotes. */
const ROLE = /^[a-z_][a-z0-9_$]{0,62}$/;

/** Creates the tables of a shared store; creating them again changes nothing. */
export async function initStore(options: InitOptions, deps: Deps): Promise<VerbResult<InitResult>> {
  const { role = DEFAULT_ROLE, print = false } = options;
  if (!ROLE.test(role)) {
    throw usageError(
      'The name of --role is no plain name.',
      'Use lower-case letters, digits and "_".',
    );
  }
  // Without a store the statements are those of the default schema.
  if (print && options.source === undefined && deps.env['GROUPCTL_STORE'] === undefined) {
    const [ddl, grants] = [ddlOf(DEFAULT_SCHEMA), grantsOf(DEFAULT_SCHEMA, role)];
    return { result: { what: 'printed', ddl, grants } };
  }
  const { admin } = await sharedStore(options.source, deps);
  const what = print ? 'printed' : await admin.init();
  const [ddl, grants] = [admin.ddl(), admin.grants(role)];
  return { result: { store: admin.url, what, ddl, grants } };
}
