import type { Deps } from '../../cli/deps.ts';
import { type VerbResult, verb } from '../../cli/verb.ts';
import { addOutputOptions } from '../../cli/options.ts';
import type { ShownRun } from '../../output/results/history-show.ts';

export interface Options {
  readonly run: string;
  readonly source?: string;
}

/** The word behind every verb that is about one run. */
export const RUN_ARGUMENT = {
  name: 'run',
  description: 'run ID, a unique prefix of it, or "latest"',
  hint: 'List runs with: groupctl history',
} as const;

const RUN_JSON = `{"schema":1,"run","at","state","cutShort","command","source","kind","url"?,"group"?,"about"?,"by","reason"?,"undoes"?,
  "resumes"?,"endedAt"?,"exit"?,"summary"?,"error"?,"outcome"?,"states":{"done","notDone","inDoubt","untouched"},
  "calls":[{"call","at","subject"?,"before"?,"made"?,"role"?,"permissions"?,"outcome"?,"error"?}],
  "rows":[{"member","requested","type","op","state","final","sent","outcome"?,"verified"?,"row"?,"error"?}]}
state of a row: done, not-done, in-doubt, untouched; final: resume leaves it alone`;

export const register = verb<Options, ShownRun>({
  name: 'show',
  summary: 'Show one run, row by row.',
  argument: RUN_ARGUMENT,
  options: (add) => {
    add.value(
      '--source <name>',
      'of latest: the latest run on it; or a source whose shared store has the run',
    );
    addOutputOptions(add);
  },
  examples: ['groupctl history show latest', 'groupctl history show 01JX3M --json'],
  isList: true,
  json: RUN_JSON,
  exitCodes: [
    [0, 'shown'],
    [2, 'usage; a journal that is damaged, or of another format'],
    [4, 'no such run'],
  ],
  run,
  present: async () => (await import('../../output/results/history-show.ts')).presentRun,
});

/** One run, as far as its journal goes. */
export async function run(options: Options, deps: Deps): Promise<VerbResult<ShownRun>> {
  const { runRef, storeOfRuns } = await import('../../operations/history/store-of-runs.ts');
  const { warnOfFuture } = await import('../../state/journal/clock.ts');
  const { runs } = await storeOfRuns(options.source, deps);
  const record = await runs.read(await runRef(options.run, options.source, runs, deps));
  await deps.saveMemory?.(record.rows.length);
  await warnOfFuture(runs, (await runs.ids())[0], deps);
  const { io, output } = deps;
  // What to do next is for a reader, and reads the later runs.
  if (!io.stdout.isTTY || output.format !== 'human') return { result: { record } };
  const { LaterRuns } = await import('../../operations/history/later-runs.ts');
  const { leaveLaterDecisions } = await import('../../operations/history/made-since.ts');
  const { rowsToUndo } = await import('../../operations/history/rows-to-undo.ts');
  const { rowsToResume } = await import('../../operations/history/rows-to-resume.ts');
  const { unreadableWords } = await import('../../operations/history/record-state.ts');
  const later = await LaterRuns.read(runs, record);
  const unreadable = later.unreadableAfter(record.run);
  if (unreadable !== undefined) deps.warn(unreadableWords(record.run, unreadable));
  const planned = rowsToUndo(record, later);
  const { toUndo, undoneBy } = await leaveLaterDecisions(planned, record, later, runs);
  const { toTry, toRead } = rowsToResume(record, later, false);
  const left = toTry.length + toRead.length;
  const next = { left, undoable: toUndo.length, undone: undoneBy };
  return { result: { record, next } };
}
