import type { Presentation } from '../../present.ts';
import { safeText } from '../../safe-text.ts';

/** A key that was created. */
export interface CreatedKey {
  /** Undefined: it is in a source, or nothing was created. */
  readonly key: string | undefined;
  readonly type: string;
  readonly source: string;
  readonly savedAs: string | undefined;
  readonly dryRun: boolean;
  readonly run?: string;
}

/** The key and nothing else, as it is printed this once. */
export function presentCreatedKey(created: CreatedKey): Presentation {
  const { key, type, savedAs, dryRun } = created;
  return {
    json: { schema: 1, ...created },
    csv: { columns: ['type', 'key', 'savedAs'], rows: [[type, key, savedAs]] },
    human: () => {
      if (key !== undefined) return [safeText(key)];
      const kind = type.toLowerCase();
      if (dryRun) return [`Would create a ${kind} API key.`];
      return [`Created a ${kind} API key and saved it as the source ${safeText(savedAs ?? '')}.`];
    },
  };
}
