import { describe, expect, it } from 'vitest';
import { loaded, shownBy, Stage } from './stage.ts';

const LIMIT = 'the server limits the rate of requests';

describe('progress on a terminal', () => {
  it('appears after a second, is drawn at most ten times a second, and goes away', async () => {
    const stage = new Stage({ tty: true });
    const progress = stage.progress(10_000);
    progress.step(300);
    await stage.pass(999);
    expect(stage.written).toBe('');
    await stage.pass(11_901);
    progress.step(3700);
    expect(stage.shown).toEqual([
      '[=-------------------] 300 of 10,000 done (3 %), 23/s, about 7 min left',
    ]);
    stage.now += 99;
    progress.step(0);
    expect(stage.writes).toHaveLength(1);
    stage.now += 1;
    progress.step(0);
    expect(stage.shown).toEqual([
      '[========------------] 4,000 of 10,000 done (40 %), 308/s, about 20 s left',
    ]);
    progress.stop();
    expect(stage.shown).toEqual(['']);
    progress.stop();
    progress.step();
    await stage.pass(5000);
    expect(stage.writes.at(-1)).toBe('\r\u001b[2K');
    expect(stage.writes).toHaveLength(3);
    expect(stage.ticking).toBe(0);
  });

  it('hides no cursor and leaves the terminal as it was, whenever it is killed', async () => {
    const stage = new Stage({ tty: true });
    const progress = stage.progress(10);
    progress.step(5);
    await stage.pass(1000);
    await stage.pass(1000);
    stage.screen.io.stderr.write('A warning.\n');
    progress.stop();
    // eslint-disable-next-line no-control-regex -- escape sequences
    const sequences = new Set(stage.written.match(/\u001b[^a-zA-Z0-9]*[0-9;?]*[a-zA-Z0-9]/g));
    expect([...sequences].sort()).toEqual(['\u001b[2K', '\u001b[K']);
  });

  it('is never in between: lines go above it, and it is drawn again', async () => {
    const stage = new Stage({ tty: true });
    const { stdout, stderr } = stage.screen.io;
    const progress = stage.progress(10);
    stderr.write('Before.\n');
    progress.step(5);
    await stage.pass(1000);
    const bar = '[===============---------------] 5 of 10 done (50 %), 5/s, about 1 s left';
    expect(stage.shown).toEqual(['Before.', bar]);
    stderr.write('A warning that is longer than the bar. '.repeat(4) + '\n');
    stderr.write('GET groups 200 3 ms\n');
    stdout.write('A result\nof two lines\n');
    const lines = [
      'Before.',
      'A warning that is longer than the bar. '.repeat(4),
      'GET groups 200 3 ms',
      'A result',
      'of two lines',
    ];
    expect(stage.shown).toEqual([...lines, bar]);
    stderr.write('half a line');
    await stage.pass(1000);
    expect(stage.shown).toEqual([...lines, 'half a line']);
    stderr.write(', and the rest\n');
    expect(stage.shown.slice(-2)).toEqual([
      'half a line, and the rest',
      expect.stringContaining('5 of 10 done (50 %), 2.5/s'),
    ]);
    progress.stop();
    stdout.write('The result.\n');
    expect(stage.shown).toEqual([...lines, 'half a line, and the rest', 'The result.', '']);
  });

  it('counts down a wait without a step, and warns of nothing', async () => {
    const stage = new Stage({ tty: true });
    const progress = stage.progress(10_000);
    progress.step(4200);
    progress.waiting(22_500, LIMIT);
    await stage.pass(2000);
    expect(stage.shown).toEqual([`4,200 of 10,000; waiting 21 s: ${LIMIT}`]);
    await stage.pass(20_000);
    expect(stage.shown).toEqual([`4,200 of 10,000; waiting 1 s: ${LIMIT}`]);
    await stage.pass(500);
    expect(stage.shown).toEqual([
      expect.stringMatching(/^\[=+-+\] 4,200 of 10,000 done \(42 %\), 187\/s, about 31 s left$/),
    ]);
    expect(stage.warnings).toEqual([]);
  });

  it('is words alone before the first step', async () => {
    const stage = new Stage({ tty: true });
    const progress = stage.progress(3);
    await stage.pass(1000);
    expect(stage.shown).toEqual(['Still working after 1 s (3 members in this run)']);
    progress.waiting(37_000, LIMIT);
    await stage.pass(100);
    expect(stage.shown).toEqual([`Waiting 37 s: ${LIMIT}`]);
    expect(stage.warnings).toEqual([]);
    progress.stop();
    expect(stage.shown).toEqual(['']);
  });

  it.each([
    [
      110,
      '[================------------------------] 4,000 of 10,000 done (40 %), 4,000/s, about 2 s left',
    ],
    [76, '[========------------] 4,000 of 10,000 done (40 %), 4,000/s, about 2 s left'],
    [70, '[====------] 4,000 of 10,000 done (40 %), 4,000/s, about 2 s left'],
    [66, '[====------] 4,000 of 10,000 done (40 %), 4,000/s, about 2 s left'],
    [65, '4,000 of 10,000 done (40 %), 4,000/s, about 2 s left'],
    [52, '[========------------] 4,000 of 10,000 done (40 %)'],
    [30, '4,000 of 10,000 done (40 %)'],
    [20, '4,000 of 10,000'],
    [10, '4,000 of '],
    [1, ''],
    // A terminal that does not report its width.
    [0, '[========------------] 4,000 of 10,000 done (40 %), 4,000/s, about 2 s left'],
  ])('fits into %d columns', async (columns, line) => {
    const stage = new Stage({ tty: true, columns });
    const progress = stage.progress(10_000);
    progress.step(4000);
    await stage.pass(1000);
    expect(stage.shown).toEqual([line]);
    if (columns > 0) expect(stage.shown[0]?.length).toBeLessThan(columns);
  });

  it('is coloured, or not with --no-color', async () => {
    const draw = async (color: boolean): Promise<string> => {
      const stage = new Stage({ tty: true, output: { color } });
      stage.progress(2).step();
      await stage.pass(1000);
      await loaded();
      return stage.written;
    };
    const plain = await draw(false);
    expect(plain).toMatch(/^\r\[=+-+\] 1 of 2 done/);
    const colored = await draw(true);
    const bar = /=+-+/.exec(plain)?.[0] ?? '';
    const [done, rest] = [bar.replaceAll('-', ''), bar.replaceAll('=', '')];
    const painted = `\u001b[32m${done}\u001b[39m\u001b[2m${rest}\u001b[22m`;
    expect(colored).toBe(plain.replace(bar, painted));
  });

  it('is one at a time: another one takes the place', async () => {
    const stage = new Stage({ tty: true });
    const first = stage.progress(10);
    first.step(5);
    await stage.pass(1000);
    const second = stage.progress(20);
    expect(stage.shown).toEqual(['']);
    first.step(5);
    await stage.pass(1000);
    expect(stage.shown).toEqual(['Still working after 2 s (20 members in this run)']);
    first.stop();
    expect(stage.shown).toEqual(['Still working after 2 s (20 members in this run)']);
    second.stop();
    expect(stage.shown).toEqual(['']);
    expect(stage.ticking).toBe(0);
  });

  it('does not appear when the run is over before its parts are loaded', async () => {
    const stage = new Stage({ tty: true });
    const progress = stage.progress(10);
    stage.now += 2000;
    progress.step(5);
    progress.stop();
    await loaded();
    expect(stage.written).toBe('');
  });
});

it('the terminal of these tests is one', () => {
  expect(shownBy('abc\rx')).toEqual(['xbc']);
  expect(shownBy('abc\rx\u001b[K')).toEqual(['x']);
  expect(shownBy('ab\ncd\r\u001b[2Kef')).toEqual(['ab', 'ef']);
});
