// What a bench measured: a line for each result, or with --json one document at the end.
import { cpus } from 'node:os';

const isJson = process.argv.includes('--json');
const results = [];

/**
 * Notes a result.
 *
 * @param name what was measured: the same in every run, so that runs can be compared
 * @param figures numbers; names say their units (`ms`, `ratio`, `mb`)
 * @param bar `{ most }` or `{ least }` of the figure `of`; absent: for information
 * @param line how a person reads it; the bar is added
 * @returns false if the bar is missed
 */
export function report(name, figures, line, bar) {
  const value = bar === undefined ? undefined : figures[bar.of];
  const isMet =
    bar === undefined || (value <= (bar.most ?? Infinity) && value >= (bar.least ?? -Infinity));
  results.push({ name, ...figures, ...(bar && { bar, met: isMet }) });
  if (!isJson) console.log(`${line}${bar === undefined ? '' : `  ${verdict(bar, isMet)}`}`);
  return isMet;
}

function verdict({ most, least, unit = '' }, isMet) {
  if (most !== undefined) return isMet ? `(at most ${most}${unit})` : `OVER ${most}${unit}`;
  return isMet ? `(at least ${least}${unit})` : `UNDER ${least}${unit}`;
}

/** With --json: prints all of it. */
export function printReport() {
  if (!isJson) return;
  const { version, platform, arch } = process;
  const machine = { node: version, platform, arch, cpus: cpus().length };
  console.log(
    JSON.stringify({ schema: 1, at: new Date().toISOString(), ...machine, results }, null, 2),
  );
}
