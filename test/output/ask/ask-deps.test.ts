import { describe, expect, it } from 'vitest';
import { type Deps, type Host } from '../../../src/cli/deps.ts';
import { createDeps } from '../../../src/cli/create-deps.ts';
import { Redactor } from '../../../src/http/redact.ts';
import type { Io, OutputSettings } from '../../../src/output/io.ts';
import { readSecrets } from '../../../src/cli/secrets.ts';
import { loaded, shownBy } from '../progress/stage.ts';

interface Stage {
  readonly deps: Deps;
  readonly redactor: Redactor;
  readonly interrupt: AbortController;
  now: number;
  written: string;
}

/** The dependencies of a command, as a process with this input and a terminal would have them. */
function stage(io: Partial<Io> = {}, output: Partial<OutputSettings> = {}): Stage {
  const interrupt = new AbortController();
  const redactor = new Redactor();
  const write = (text: string): void => void (made.written += text);
  const host: Host = {
    env: {},
    platform: 'linux',
    signal: interrupt.signal,
    clock: { now: () => made.now, random: () => 0.5, sleep: async () => undefined },
    io: {
      stdout: { isTTY: true, write },
      stderr: { isTTY: true, columns: 100, write },
      stdinIsTTY: true,
      readStdin: async () => Buffer.of(),
      ...io,
    },
  };
  const spoken: OutputSettings = {
    format: 'human',
    quiet: false,
    verbose: true,
    color: false,
    ...output,
  };
  const deps = createDeps({ host, output: spoken, version: '0.0.0' }, redactor);
  const made = { deps, redactor, interrupt, now: 0, written: '' };
  return made;
}

describe('the progress of a command', () => {
  it('stays below its warnings, its trace and its bodies, and ends before the result', async () => {
    const run = stage();
    const { deps } = run;
    const progress = deps.progress(1000, 'members');
    run.now += 2000;
    progress.step(500);
    await loaded();
    const bar =
      '[====================--------------------] 500 of 1,000 done (50 %), 250/s, about 2 s left';
    expect(shownBy(run.written)).toEqual([bar]);
    deps.warn('A warning.');
    deps.trace('GET groups/list 200 3 ms');
    deps.body('{"a":\n1}');
    const said = ['A warning.', 'GET groups/list 200 3 ms', '{"a":', '1}'];
    expect(shownBy(run.written)).toEqual([...said, bar]);
    progress.stop();
    deps.io.stdout.write('Added 1,000.\n');
    expect(shownBy(run.written)).toEqual([...said, 'Added 1,000.', '']);
  });

  it('has the waits of the client, which are warnings without one', async () => {
    const run = stage();
    const { deps } = run;
    deps.waiting(1200, 'the server answered 503');
    expect(run.written).toBe('Waiting 2 s: the server answered 503.\n');
    const progress = deps.progress(10, 'members');
    run.now += 1000;
    deps.waiting(3000, 'the server answered 503');
    await loaded();
    expect(shownBy(run.written).at(-1)).toBe('Waiting 3 s: the server answered 503');
    progress.stop();
    deps.waiting(1000, 'the server answered 503');
    expect(shownBy(run.written).slice(-2)).toEqual(['Waiting 1 s: the server answered 503.', '']);
  });

  it.each([
    [{ quiet: true }, false],
    [{ format: 'json' as const }, true],
    [{ format: 'csv' as const }, true],
  ])('with %o: is there (%s)', async (output, there) => {
    const run = stage({}, output);
    const progress = run.deps.progress(10, 'members');
    run.now += 2000;
    progress.step();
    await loaded();
    expect(run.written.includes('1 of 10 done')).toBe(there);
    progress.stop();
  });
});

describe('the question of a command', () => {
  it('is asked without secrets, and with no progress in the way', async () => {
    const asked: string[] = [];
    const run = stage({
      readLine: async ({ text }) => {
        asked.push(text);
        return 'y';
      },
    });
    run.redactor.add('hunter22-secret');
    const progress = run.deps.progress(10, 'members');
    run.now += 2000;
    progress.step();
    await loaded();
    expect(await run.deps.confirm('Remove hunter22-secret from Developers?', '--yes')).toBe(true);
    expect(shownBy(run.written)).toEqual(['']);
    expect(asked).toEqual([expect.stringMatching(/^Remove \S+ from Developers\? \(y\/N\)$/)]);
    expect(asked[0]).not.toContain('hunter22');
  });

  it('wants the option after standard input was a file', async () => {
    const run = stage({
      readLine: async () => 'y',
      readStdin: async () => Buffer.from('jsmith\n'),
    });
    expect((await run.deps.stdinBytes('--file')).toString()).toBe('jsmith\n');
    await expect(run.deps.confirm('Sure?', '--yes')).rejects.toMatchObject({
      code: 'confirmation-needed',
      message:
        'Confirmation needed, but standard input was read for something else. Add --yes to go ahead.',
      nothingWritten: true,
    });
  });
});

it('warn prints a warning once, and a note each time', () => {
  const one = stage();
  for (const text of ['Warning: a', 'Warning: b', 'Warning: a', 'Waiting.', 'Waiting.']) {
    one.deps.warn(text);
  }
  expect(one.written).toBe('Warning: a\nWarning: b\nWaiting.\nWaiting.\n');
});

describe('standard input', () => {
  const bytes = Buffer.from([0xff, 0xfe, 0x41, 0x00, 0x0a, 0x00]);

  it('comes as bytes, as they are, as often as the same option asks', async () => {
    let reads = 0;
    const { deps } = stage({
      readStdin: async () => {
        reads++;
        return bytes;
      },
    });
    expect(await deps.stdinBytes('--file')).toEqual(bytes);
    expect(await deps.stdinBytes('--file')).toEqual(bytes);
    expect(reads).toBe(1);
  });

  it('is empty without an error: a file may be', async () => {
    expect(await stage().deps.stdinBytes('--file')).toEqual(Buffer.of());
  });

  it('is not for two: exit 2, naming both, whichever comes first', async () => {
    const readStdin = async (): Promise<Buffer> => Buffer.from('secret-key\n');
    const one = stage({ readStdin }).deps;
    await one.stdinBytes('--file');
    await expect(one.stdinSecret('--api-key-stdin')).rejects.toMatchObject({
      exitCode: 2,
      message: '--file - and --api-key-stdin both read standard input.',
      hint: 'Only one of them can.',
    });
    const other = stage({ readStdin, stdinIsTTY: false }).deps;
    expect(await other.stdinSecret('--client-secret-stdin')).toBe('secret-key');
    await expect(other.stdinBytes('--file')).rejects.toMatchObject({
      exitCode: 2,
      message: '--client-secret-stdin and --file - both read standard input.',
    });
  });

  it.each([
    [{ apiKeyStdin: true }, '--file - and --api-key-stdin both read standard input.'],
    [{ clientSecretStdin: true }, '--file - and --client-secret-stdin both read standard input.'],
  ])('is not for --file - and %o, before anything is read', async (options, message) => {
    const read = readSecrets({ ...options, file: '-' }, () => {
      throw new Error('It was read.');
    });
    await expect(read).rejects.toMatchObject({ exitCode: 2, message });
    const named = await readSecrets({ ...options, file: './-' }, async () => 'key-on-stdin');
    expect(Object.values(named)).toEqual(['key-on-stdin']);
  });

  it('that cannot be read is said in one sentence', async () => {
    const failure = Object.assign(new Error('illegal operation'), { code: 'EISDIR' });
    const { deps } = stage({ readStdin: () => Promise.reject(failure) });
    await expect(deps.stdinBytes('--file')).rejects.toMatchObject({
      exitCode: 2,
      message: 'Standard input could not be read (EISDIR).',
    });
  });

  it.each(['before', 'while'])('is given up on an interrupt %s it is read: 130', async (when) => {
    const run = stage({
      readStdin: (signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(new Error('aborted')));
          queueMicrotask(() => run.interrupt.abort());
        }),
    });
    if (when === 'before') run.interrupt.abort();
    const read = run.deps.stdinBytes('--file');
    await expect(read).rejects.toMatchObject({ kind: 'interrupted', exitCode: 130 });
  });
});
