import { counted } from '../../domain/counted.ts';
import { defined } from '../../domain/defined.ts';
import type { ImportedRun, LockStatus, StoreStatus } from '../../state/store.ts';
import type { Presentation } from '../present.ts';
import { safeText } from '../safe-text.ts';
import type { Table } from '../table.ts';
import { csvOf } from '../csv-of.ts';

/** What the `store` commands print. */

export interface InitResult {
  /** Its URL, without a password; so in all of these. Undefined: printed for no certain store. */
  readonly store?: string;
  /** `completed`: some of it was there. `there`: all of it. `printed`: nothing was done. */
  readonly what: 'created' | 'completed' | 'there' | 'printed';
  readonly ddl: readonly string[];
  readonly grants: readonly string[];
}

export interface StatusResult extends StoreStatus {
  readonly store: string;
}

export interface UnlockResult {
  readonly store: string;
  readonly server: string;
  readonly group: string;
  readonly token: number;
  readonly outcome: 'unlocked' | 'not-locked';
  /** Who had it; absent: nobody, and only a write was in flight. */
  readonly holder?: string;
  /** How long a write in flight may still take effect, seconds. */
  readonly inFlightS?: number;
}

export interface StoreImportResult {
  readonly store: string;
  readonly dryRun: boolean;
  readonly stateFolder: string;
  readonly runs: readonly ImportedRun[];
}

const INIT_SENTENCES = {
  created: (store: string) => `Created the shared store ${store}.`,
  completed: (store: string) => `Created what was missing in the shared store ${store}.`,
  there: (store: string) => `The shared store ${store} is there already; nothing to do.`,
};

export function presentInit({ store = '', what, ddl, grants }: InitResult): Presentation {
  const statements = (all: readonly string[]): string[] => all.map((each) => `${each};`);
  return {
    json: {
      schema: 1,
      ...(store === '' ? {} : { store }),
      created: what === 'created' || what === 'completed',
      ddl,
      grants,
    },
    csv: { columns: ['statement'], rows: [...ddl, ...grants].map((each) => [each]) },
    human: () =>
      what === 'printed'
        ? [
            ...statements(ddl),
            '',
            '-- For a user that makes runs (CI):',
            ...statements(grants),
          ].flatMap((each) => each.split('\n'))
        : [
            INIT_SENTENCES[what](store),
            '',
            'For a user that makes runs (CI), which can add to the record and not change it:',
            ...statements(grants).map((each) => `  ${each}`),
          ],
  };
}

export function presentStatus(status: StatusResult): Presentation {
  const { store, protocol, runs, locks } = status;
  const columns = ['server', 'group', 'token', 'holder', 'run', 'heldS', 'inFlightS'] as const;
  const json = locks.map((lock) => Object.fromEntries(columns.map((key) => [key, lock[key]])));
  return {
    json: { schema: 1, store, protocol, runs, locks: json },
    csv: { columns, rows: locks.map((lock) => columns.map((key) => lock[key])) },
    human: () => [
      `The shared store ${store}: protocol ${protocol}, ${counted(runs, 'run')}.`,
      ...(locks.length === 0
        ? ['No group is locked.']
        : locks.map((lock) => safeText(lockLine(lock)))),
    ],
    table: () => tableOf(locks),
    below: () => (locks.length === 0 ? ['No group is locked.'] : []),
  };
}

/** A lock in one line: its group, who has it, its token, and what is in flight. */
export function lockLine(lock: LockStatus): string {
  const { server, group, token, holder, run, heldS, inFlightS } = lock;
  const who = holder === undefined ? 'nobody has it' : `${holder}, for ${heldS ?? 0} s`;
  const parts = [
    `${group} on ${server}`,
    who,
    ...(run === undefined ? [] : [`run ${run}`]),
    `token ${token}`,
    ...(inFlightS === undefined ? [] : [`a write in flight for up to ${inFlightS} s`]),
  ];
  return parts.join('; ');
}

function tableOf(locks: readonly LockStatus[]): Table {
  return {
    head: ['GROUP', 'SERVER', 'HOLDER', 'FOR', 'TOKEN', 'IN FLIGHT'],
    rows: locks.map(({ group, server, holder, heldS, token, inFlightS }) => ({
      cells: [
        group,
        server,
        holder ?? '',
        heldS === undefined ? '' : `${heldS} s`,
        String(token),
        inFlightS === undefined ? '' : `${inFlightS} s`,
      ],
    })),
  };
}

export function presentUnlock(result: UnlockResult): Presentation {
  const { store, server, group, token, outcome, inFlightS } = result;
  return {
    json: { schema: 1, store, server, group, token, outcome, ...defined({ inFlightS }) },
    csv: {
      columns: ['server', 'group', 'token', 'outcome'],
      rows: [[server, group, token, outcome]],
    },
    human: () => [
      outcome === 'unlocked'
        ? [`Unlocked ${safeText(group)}.`, ...afterUnlock(result)].join(' ')
        : `Not locked: ${safeText(group)}.`,
    ],
  };
}

/** What may still happen to the group, in sentences. */
function afterUnlock({ holder, inFlightS }: UnlockResult): string[] {
  const sentences: string[] = [];
  if (inFlightS !== undefined) {
    sentences.push(
      `A write in flight may still take effect for up to ${inFlightS} s, and undo what other runs write meanwhile.`,
    );
  } else if (holder !== undefined) {
    sentences.push('What the run that had the lock has read is not written.');
  }
  if (holder !== undefined) {
    const who = inFlightS === undefined ? 'It' : 'The run that had the lock';
    sentences.push(`${who} may take the lock again, and then reads the group again.`);
  }
  return sentences;
}

export function presentStoreImport(result: StoreImportResult): Presentation {
  const { store, dryRun, stateFolder, runs } = result;
  const count = (wanted: ImportedRun['outcome']): number =>
    runs.filter(({ outcome }) => outcome === wanted).length;
  const skipped = runs.filter(({ outcome }) => outcome === 'skipped');
  const verb = dryRun ? 'Would add' : 'Added';
  return {
    json: { schema: 1, store, dryRun, stateFolder, runs },
    csv: csvOf(['run', 'outcome', 'lines', 'problem'], runs),
    human: () => [
      ...skipped.map(({ run, problem }) => `Skipped ${run}: ${safeText(problem ?? '')}`),
      `${verb} ${counted(count('imported'), 'run')} to the shared store ${store}; ${count('completed')} completed, ${count('unchanged')} already there, ${skipped.length} skipped.`,
    ],
  };
}
