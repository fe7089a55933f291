import { defined } from '../../domain/defined.ts';
import { findRun, eachLine, runPath, startedAt, unreadable } from './files.ts';
import { otherVersion, parseFields, type RunHeader, toHeader, toLine } from './read-lines.ts';
import { damagedError, otherVersionError } from './damage.ts';
import type { RunCall, RunEnd, RunRecord } from './record.ts';
import { RunRows } from './replay-rows.ts';
import { isGroupctlError } from '../../errors.ts';

/**
 * Reads the journal of one run. What is there of it counts, and no more: a file that ends in the
 * middle of a line reads as `cutShort`, one without its whole plan as `noPlan`.
 *
 * @param ref a run's id in any case, a beginning of it that no other run has, or `latest`
 * @throws usage (2) `not-a-run`; not-found (4) `no-such-run`; ambiguous (2) `ambiguous-run`; config
 *   (2) `journal-version`, `journal-damaged` (a line in the middle), `journal-unreadable`
 */
export function readRun(stateFolder: string, ref: string): RunRecord {
  const run = findRun(stateFolder, ref);
  return readRunFile(runPath(stateFolder, run), run);
}

/** The same of one file. */
export function readRunFile(path: string, run: string): RunRecord {
  let header: RunHeader | undefined;
  let rows = new RunRows([]);
  let end: RunEnd | undefined;
  const calls: RunCall[] = [];
  const take = (text: string | undefined, number: number): boolean => {
    const fields = parseFields(text);
    if (fields === undefined) throw damagedError(run, number, path);
    if (header === undefined) {
      const other = otherVersion(fields);
      if (other !== undefined) throw otherVersionError(run, other);
      header = toHeader(fields);
      if (header === undefined) throw damagedError(run, number, path);
      rows = new RunRows(header.rows);
      return true;
    }
    const line = toLine(fields);
    switch (line?.t) {
      case undefined:
        throw damagedError(run, number, path);
      case 'intent': {
        const { call, at, before, made, rows: ranges } = line;
        calls.push({ call, at, ...defined({ before, made }) });
        if (!rows.intent(ranges)) throw damagedError(run, number, path);
        break;
      }
      case 'outcome':
        if (!rows.outcome(line.rows, line.outcome)) throw damagedError(run, number, path);
        break;
      case 'answer': {
        const call = calls.pop();
        if (call === undefined) throw damagedError(run, number, path);
        const { outcome, error } = line;
        calls.push({ ...call, outcome, ...defined({ error }) });
        if (outcome === 'done') rows.accepted();
        break;
      }
      case 'end':
        end = line.end;
        break;
      case 'other':
    }
    return true;
  };
  const cutShort = readLines(path, take);
  if (header === undefined) {
    return { run, at: new Date(startedAt(run)).toISOString(), cutShort, noPlan: true };
  }
  const { rows: _, all, ...facts } = header;
  return {
    run,
    ...facts,
    cutShort,
    noPlan: false,
    rows: rows.result(),
    calls,
    ...defined({ end }),
    header: all,
  };
}

function readLines(path: string, take: Parameters<typeof eachLine>[1]): boolean {
  try {
    return eachLine(path, take);
  } catch (error) {
    throw isGroupctlError(error) ? error : unreadable(path, error);
  }
}
