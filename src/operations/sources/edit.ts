import { serverOfKind } from '../../backends/kinds.ts';
import { withCredentials } from '../../cli/source-secret.ts';
import type { Deps } from '../../cli/deps.ts';
import { defined } from '../../domain/defined.ts';
import type { Source } from '../../domain/source.ts';
import { usageError } from '../../errors.ts';
import { kindOfUrl, normalizeUrl } from '../../state/sources/url.ts';
import { assertFits } from '../../state/sources/credentials.ts';
import { type KeyStorage, storeCredentials, type Stored } from './key-storage.ts';
import {
  checkedCaFile,
  checkedStore,
  isNone,
  readCredentials,
  type SourceFields,
  unlessNone,
} from './sources.ts';

/** Changing a saved source. */

export interface SourceChanges extends SourceFields {
  readonly url?: string;
  /** The credentials are for the new address, too. */
  readonly keepKey?: boolean;
}

/**
 * The source with these changes. Credentials for one server are not sent to another: a new scheme, host,
 * port or kind needs new ones, or `keepKey`. New credentials are stored where the old ones are, and
 * `keyStorage` alone moves those.
 *
 * @throws usage (2) without a change; `key-for-other-server`; `keyring-unusable`
 */
export async function changedSource(
  source: Source,
  changes: SourceChanges,
  deps: Deps,
): Promise<Source> {
  const { dialect, settle, userCheck, organizationSlug } = changes;
  const removed = REMOVABLE.filter((setting) => isNone(changes[setting]));
  const feed = unlessNone(changes.feed);
  const self = unlessNone(changes.self);
  const url = changes.url === undefined ? source.url : normalizeUrl(changes.url);
  const kind =
    changes.url === undefined
      ? (changes.kind ?? source.kind)
      : kindOfUrl(changes.url, changes.kind ?? source.kind);
  const caFile = await checkedCaFile(changes.caFile);
  const sharedStore = await checkedStore(changes.sharedStore);
  const given = await readCredentials(kind, changes, deps);
  const own = defined({
    feed,
    dialect,
    settle,
    userCheck,
    self,
    organizationSlug,
    caFile,
    sharedStore,
  });
  const isMoved = kind !== source.kind || new URL(url).origin !== new URL(source.url).origin;
  const isUnchanged =
    url === source.url && kind === source.kind && changes.keyStorage === undefined;
  const hasNew = (given.credentials ?? given.external) !== undefined;
  const isSame = Object.keys(own).length === 0 && removed.length === 0;
  if (!hasNew && isSame && isUnchanged) {
    throw usageError(
      `Nothing to change in the source "${source.name}".`,
      'See: groupctl sources edit --help',
    );
  }
  const { credentials, external, ...rest } = source;
  const current: Stored = defined({ credentials, external });
  const login = credentials ?? external;
  if (isMoved && !hasNew && login !== undefined && changes.keepKey !== true) {
    throw usageError(
      `The credentials of the source "${source.name}" are for ${serverOfKind(source.kind)} at ${source.url}.`,
      'Give new credentials, or add --keep-key to keep them for the other server.',
      'key-for-other-server',
      { nothingWritten: true },
    );
  }
  assertFits(kind, given.credentials ?? given.external ?? login);
  const stored = hasNew
    ? await storeCredentials(source.name, given, changes.keyStorage ?? storageOf(current), deps)
    : await moved(source, current, changes.keyStorage, deps);
  const kept = Object.entries(rest).filter(([key]) => !removed.some((setting) => setting === key));
  return { ...(Object.fromEntries(kept) as typeof rest), url, kind, ...own, ...stored };
}

/** Settings that `none` removes. */
const REMOVABLE = ['feed', 'self', 'caFile', 'sharedStore'] as const;

/** Where new credentials go without --key-storage: where the old ones are. */
function storageOf({ credentials, external }: Stored): KeyStorage | undefined {
  if (external !== undefined && 'keyring' in external.from) return 'keyring';
  return credentials === undefined ? undefined : 'file';
}

/** The same credentials, stored elsewhere. */
async function moved(
  source: Source,
  current: Stored,
  wish: KeyStorage | undefined,
  deps: Deps,
): Promise<Stored> {
  if (wish === undefined || wish === storageOf(current)) return current;
  if (storageOf(current) === undefined) {
    throw usageError(
      `The source "${source.name}" stores no key.`,
      'Give one with --api-key-stdin.',
    );
  }
  const { credentials } = await withCredentials(source, deps);
  return await storeCredentials(source.name, defined({ credentials }), wish, deps);
}
