import type { ApiKey } from '../../domain/security.ts';
import type { RunRecord } from '../../state/journal/record.ts';
import type { RunContext } from '../membership/plan.ts';
import { keyName } from '../security/api-keys.ts';
import {
  alreadyGone,
  changedSinceError,
  lastOf,
  notUndoableError,
  type Reversal,
  securityOf,
} from './reversal.ts';
import { sourceOption } from '../../domain/shorten.ts';

/** Undoing `apikeys create`: the very key is deleted, while it is what the run created. */
export async function deleteCreatedKey(record: RunRecord, context: RunContext): Promise<Reversal> {
  if (!record.calls.some(({ made }) => made !== undefined)) {
    const onSource = sourceOption(context.connection.source.name);
    throw notUndoableError(
      record,
      `The server did not say which ID the key has. Its ID is in: groupctl apikeys list${onSource}. Delete it with: groupctl apikeys delete --id=<id>${onSource}.`,
    );
  }
  const made = lastOf(record, 'made', 'API key');
  const security = securityOf(record, context);
  const now = (await security.apiKeys()).find(({ id }) => id === made.id);
  const name = keyName(made);
  const facts = { what: 'API key', name, op: 'delete' } as const;
  if (now === undefined) return alreadyGone(facts);
  if (FIELDS.some((field) => now[field] !== made[field]))
    throw changedSinceError('API key', name, context);
  return { ...facts, send: (journal) => security.deleteApiKey(now, journal) };
}

const FIELDS = ['type', 'displayName', 'user'] as const satisfies readonly (keyof ApiKey)[];
