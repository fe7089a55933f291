import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAge } from '../../../src/commands/history/age.ts';
import { type Cli, cli } from '../../helpers/cli.ts';
import { usage } from '../../cli/usage.ts';
import { addRun, begin, START } from '../../state/journal/run-files.ts';

const DAY = 86_400_000;
const PRUNE = ['history', 'prune'];
const clock = { now: () => START + 10 * DAY };
const before = new Date(START + 3 * DAY).toISOString();

function fill({ state }: Cli): string[] {
  return [0, 1, 5].map((day) => addRun(state, ['a'], START + day * DAY));
}

function left({ state }: Cli): string[] {
  return readdirSync(join(state, 'runs')).sort();
}

describe('history prune', () => {
  it('removes what is older, and says how many', async () => {
    const user = cli();
    const [one, two, three] = fill(user);
    const run = async (...argv: string[]): Promise<unknown> =>
      await user.run([...PRUNE, ...argv], { clock });
    const said = (text: string): object => ({ code: 0, stderr: '', stdout: text });
    expect(await run('--older-than=1w', '--dry-run')).toEqual(
      said(`Would remove 2 runs from before ${before}; 1 is kept.\n`),
    );
    expect(left(user).length).toBe(3);
    expect(await user.json([...PRUNE, '--older-than=7d', '--dry-run'], { clock })).toEqual({
      dryRun: true,
      before,
      pruned: [one, two],
      underWay: [],
      kept: 1,
    });
    expect(await run('--older-than=168h')).toEqual(
      said(`Removed 2 runs from before ${before}; 1 is kept.\n`),
    );
    expect(left(user)).toEqual([`${three ?? ''}.jsonl`]);
    expect(await run('--older-than=168H')).toEqual(said(`No runs older than ${before}.\n`));
    const onTerminal = await user.run([...PRUNE, '--older-than=0d'], { clock, tty: true });
    expect(onTerminal.stdout).toBe(
      `Removed 1 run from before ${new Date(clock.now()).toISOString()}; 0 are kept.\n`,
    );
  });

  it('is CSV of what went', async () => {
    const user = cli();
    const [one = '', two = ''] = fill(user);
    const argv = [...PRUNE, '--older-than=7d', '--output=csv'];
    const planned = await user.run([...argv, '--dry-run'], { clock });
    expect(planned.stdout).toBe(`run,outcome\n${one},planned\n${two},planned\n`);
    const { stdout } = await user.run(argv, { clock });
    expect(stdout).toBe(`run,outcome\n${one},removed\n${two},removed\n`);
  });

  it('keeps what may be under way, and says so', async () => {
    const user = cli();
    const { run } = begin(user.state, [], {}, Date.now() - DAY);
    expect((await user.run([...PRUNE, '--older-than=1h'])).stdout).toMatch(
      new RegExp(
        `^No runs older than .*\\.\nKept ${run}: it has no end yet and was written to just now\\.\n$`,
      ),
    );
    expect(left(user)).toEqual([`${run}.jsonl`]);
  });

  it('needs an age, and takes nothing for one that is none', async () => {
    expect(await usage(...PRUNE)).toBe(
      'Missing option --older-than for "history prune". See: groupctl history prune --help',
    );
    expect(await usage(...PRUNE, '--older-than=2999-01-01')).toBe(
      'The date of --older-than is in the future: "2999-01-01".',
    );
    for (const odd of ['90', 'd', '-1d', '1.5d', '3m', '1y', '2026-02-30', '2026-13-01', 'today']) {
      expect(await usage(...PRUNE, `--older-than=${odd}`)).toBe(
        `Invalid value "${odd}" for --older-than. Use an age (90d, 12h, 2w) or a date (2025-12-31).`,
      );
    }
  });

  it('takes a date where that day begins in UTC, or a time', () => {
    const now = Date.parse('2026-03-01T12:00:00Z');
    const age = (text: string): number => parseAge('--x', text, now);
    expect(age('2026-02-28')).toBe(now - Date.UTC(2026, 1, 28));
    expect(age('2026/2/28')).toBe(now - Date.UTC(2026, 1, 28));
    expect(age('2026-03-01T11:59')).toBe(60_000);
    expect(age('2026-03-01T11:59Z')).toBe(60_000);
    expect(age('2026-03-01T11:59:59.944Z')).toBe(56);
    expect(age('2026-03-01T11:59:30Z')).toBe(30_000);
    expect(age('2026-03-01T13:00+02:00')).toBe(3_600_000);
    expect(age(' 2w ')).toBe(14 * DAY);
    expect(parseAge('--x', '5m', now, 'mhdw')).toBe(300_000);
  });
});
