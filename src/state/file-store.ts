import { statSync } from 'node:fs';
import { runIds, runPath } from './journal/files.ts';
import { FileJournal } from './journal/journal.ts';
import { OwnMarks } from './lock/in-flight.ts';
import { lockPath, takeLock } from './lock/lock.ts';
import { hasMarks } from './lock/mark-file.ts';
import { marksOf } from './lock/wait-for-writes.ts';
import type { Runs, Store } from './store.ts';
import type { Processes } from './lock/options.ts';

/** Locks and journals as files in the state folder: the runs of one machine. */
export function fileStore(stateFolder: string, processes?: Processes): Store {
  const path = ({ server, group }: { server: string; group: string }): string =>
    lockPath(stateFolder, server, group);
  return {
    label: `the state folder ${stateFolder}`,
    isShared: false,
    runs: fileRuns(stateFolder),
    assertReady: () => Promise.resolve(),
    assertReadable: () => Promise.resolve(),
    ownMarks: (key, options) => new OwnMarks(path(key), options),
    lock: (key, group, options) => takeLock(path(key), group, options),
    markedGroups: (server, { clock }) =>
      Promise.resolve({
        any: hasMarks(stateFolder),
        has: (group, marks) =>
          marksOf(path({ server, group }), { clock, processes, marks }).length > 0,
      }),
    openJournal: async (header, { version, now, keep, onRecord, mayPrune }) => {
      if (!keep) return undefined;
      const journal = new FileJournal(stateFolder, header, version, now, mayPrune);
      onRecord?.(journal.run);
      return journal;
    },
    writeLeftMs: () => Infinity,
    close: () => Promise.resolve(),
  };
}

/** What reads runs is loaded when it is needed: a change needs none of it. */
function fileRuns(stateFolder: string): Runs {
  return {
    ids: async () => runIds(stateFolder),
    list: async (limit, isWanted) => {
      const { listRuns } = await import('./journal/list.ts');
      return await listRuns(stateFolder, limit, isWanted);
    },
    read: async (ref) => {
      const { readRun } = await import('./journal/reader.ts');
      return readRun(stateFolder, ref);
    },
    beganAt: async (run) => {
      const { recordedTime } = await import('./journal/list.ts');
      return recordedTime(stateFolder, run);
    },
    sizeOf: async (run) => {
      const stats = statSync(runPath(stateFolder, run), { throwIfNoEntry: false });
      return String(stats?.size ?? 'gone');
    },
    prune: async (olderThanMs, now, options) => {
      const { pruneRuns } = await import('./journal/prune.ts');
      return pruneRuns(stateFolder, olderThanMs, now, options);
    },
  };
}
