// Prints the table of docs/concurrency.md: writers on other machines, simulated with a clock of
// their own, so that the figures are the same on every machine. `node bench/simulate.mjs [runs]`
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';

const runs = Number(process.argv[2] ?? 300);
const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { outputFiles } = await esbuild.build({
  entryPoints: [join(root, 'test/simulation/measure.ts')],
  bundle: true,
  platform: 'node',
  format: 'esm',
  write: false,
});
const code = Buffer.from(outputFiles[0].contents).toString('base64');
const { measure, row, SETTINGS, WRITERS } = await import(`data:text/javascript;base64,${code}`);

const heads = ['Settle time, ms', 'Late writes', ...WRITERS.map((count) => `${count} writers`)];
console.log(`Of ${runs} runs, those in which a change was lost and nobody said so:\n`);
console.log(`| ${heads.join(' | ')} |`);
console.log(`| ${heads.map((_, at) => (at < 2 ? '---' : '---:')).join(' | ')} |`);
for (const setting of SETTINGS) console.log(row(setting, await measure(setting, runs)));
