import type { Presentation } from '../../present.ts';
import { safeName, safeText } from '../../safe-text.ts';

/** A key that was created. */
export interface CreatedKey {
  /** Undefined: it is in a source, or nothing was created. */
  readonly key: string | undefined;
  readonly type: string;
  /** Undefined: the server did not say. */
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  /** Of a personal key. */
  readonly user?: string | undefined;
  readonly source: string;
  readonly savedAs: string | undefined;
  readonly dryRun: boolean;
  readonly run?: string;
}

/** The key and nothing else, as it is printed this once. */
export function presentCreatedKey(created: CreatedKey): Presentation {
  const { key, type, id, name, user, savedAs, dryRun } = created;
  return {
    json: { schema: 1, ...created },
    csv: {
      columns: ['type', 'key', 'savedAs', 'id', 'name', 'user'],
      rows: [[type, key, savedAs, id, name, user]],
    },
    human: () => {
      if (key !== undefined) return [safeText(key)];
      const owner = user === undefined ? '' : ` for ${safeName(user)}`;
      const made = `a ${type.toLowerCase()} API key${owner}`;
      if (dryRun) return [`Would create ${made}.`];
      return [`Created ${made} and saved it as the source ${safeText(savedAs ?? '')}.`];
    },
  };
}
