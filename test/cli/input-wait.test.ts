import { type ChildProcess, execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, readdirSync, readlinkSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../helpers/cli.ts';
import { type BinEnv, bin, ended, startBin } from '../helpers/spawn.ts';

const MEMBERS = ['security', 'groups', 'members'];
const ADD = [...MEMBERS, 'add', '--name=Developers', '--source=sandbox'];

function stage(): { env: BinEnv; fifo: string } {
  const home = realpathSync(temporaryFolder());
  const fifo = join(home, 'names');
  execFileSync('mkfifo', [fifo]);
  return {
    env: { GROUPCTL_CONFIG_DIR: join(home, 'c'), GROUPCTL_STATE_DIR: join(home, 's') },
    fifo,
  };
}

/** Resolves when the process has the file open. */
async function hasOpened({ pid }: ChildProcess, path: string): Promise<void> {
  const folder = `/proc/${pid}/fd`;
  const isOpen = (fd: string): boolean => {
    try {
      return readlinkSync(join(folder, fd)) === path;
    } catch {
      // Closed since.
      return false;
    }
  };
  while (!readdirSync(folder).some(isOpen)) await sleep(20);
}

const DEADLINE = {
  code: 6,
  stdout: '',
  stderr:
    'groupctl: The --deadline of this command has passed: the input had not ended.\nHint: Give the command more time with --deadline <seconds>, or leave the option out.\n',
};

// What a process has open is told by Linux alone.
describe.skipIf(process.platform !== 'linux')('a named pipe that nobody writes to', () => {
  it.each<[NodeJS.Signals, string[]]>([
    ['SIGINT', [...ADD, '--file=']],
    ['SIGTERM', [...MEMBERS, 'sync', '--name=Developers', '--source=sandbox', '--yes', '--file=']],
    [
      'SIGINT',
      [...MEMBERS, 'copy', '--name=QA', '--from=sandbox', '--to=sandbox:infisical', '--map='],
    ],
    ['SIGTERM', [...MEMBERS, 'offboard', '--member=jsmith', '--source=sandbox', '--yes', '--map=']],
  ])('is given up on %s: %j', async (signal, argv) => {
    const { env, fifo } = stage();
    const [option = ''] = argv.slice(-1);
    const child = startBin([...argv.slice(0, -1), `${option}${fifo}`], env);
    const end = ended(child);
    await hasOpened(child, fifo);
    child.kill(signal);
    expect(await end).toMatchObject({ code: 130, signal: null, stdout: '' });
  });

  it('is given up on SIGBREAK, which Windows sends for Ctrl-Break', async () => {
    const { env, fifo } = stage();
    const hook = `${fifo}.cjs`;
    writeFileSync(
      hook,
      `const timer = setInterval(() => {
        if (process.listenerCount('SIGBREAK') === 0) return;
        clearInterval(timer);
        process.emit('SIGBREAK');
      }, 20);`,
    );
    const child = startBin([...ADD, `--file=${fifo}`], env, { nodeArgs: ['--require', hook] });
    expect(await ended(child)).toMatchObject({ code: 130, stdout: '' });
  });

  it('is given up at the --deadline', async () => {
    const { env, fifo } = stage();
    expect(await bin([...ADD, `--file=${fifo}`, '--deadline=0.5'], env)).toMatchObject(DEADLINE);
  });

  it('is read once somebody does', async () => {
    const { env, fifo } = stage();
    const child = startBin([...ADD, `--file=${fifo}`], env);
    const end = ended(child);
    const writer = createWriteStream(fifo);
    writer.write('jsmith\n');
    writer.end('lchen\n');
    await once(writer, 'close');
    expect(await end).toMatchObject({ code: 0, stderr: '' });
  });
});

const SAVING = [...ADD, '--member=jsmith', '--member=jsmth', '--skip-unknown'];

describe.skipIf(process.platform !== 'linux')('a named pipe that nobody reads from', () => {
  it.each<[NodeJS.Signals | undefined, string[]]>([
    ['SIGINT', []],
    ['SIGTERM', []],
    [undefined, ['--deadline=3']],
  ])('is given up on %s, with %j, and the outcomes are printed', async (signal, options) => {
    const { env, fifo } = stage();
    const child = startBin([...SAVING, `--failures=${fifo}`, ...options], env);
    const end = ended(child);
    child.stderr?.on('data', (text: string) => {
      if (signal !== undefined && text.includes('Waiting until')) child.kill(signal);
    });
    const { code, stdout, stderr } = await end;
    expect({ code, stdout }).toEqual({
      code: 7,
      stdout: expect.stringContaining('Added jsmith to Developers.\n') as string,
    });
    expect(stderr).toContain(
      `The failures cannot be written to ${fifo}: no program read it from the pipe.`,
    );
    expect(stderr).not.toContain('Finishing the current request');
  });

  it('is written to once somebody does', async () => {
    const { env, fifo } = stage();
    const child = startBin([...SAVING, `--failures=${fifo}`], env);
    const end = ended(child);
    await once(child.stderr ?? child, 'data');
    const { stdout } = await promisify(execFile)('cat', [fifo]);
    expect(stdout).toMatch(/^# format: list; .*\n# no-such-user: .*\njsmth\n$/);
    expect(await end).toMatchObject({ code: 7 });
  });

  it('ends for a reader where nothing failed', async () => {
    const { env, fifo } = stage();
    const reader = promisify(execFile)('cat', [fifo]);
    const saved = await bin([...ADD, '--member=jsmith', `--failures=${fifo}`], env);
    expect(saved).toMatchObject({ code: 0, stderr: '' });
    expect(await reader).toMatchObject({ stdout: '' });
  });
});

describe.skipIf(process.platform !== 'linux')("pgutil's configuration in a named pipe", () => {
  it('is given up on SIGTERM', async () => {
    const { env, fifo } = stage();
    const child = startBin(['sources', 'import', `--from=${fifo}`], env);
    const end = ended(child);
    await hasOpened(child, fifo);
    child.kill('SIGTERM');
    expect(await end).toMatchObject({ code: 130, stdout: '' });
  });
});

describe('standard input that does not end', () => {
  it.each([[[...ADD, '--file=-']], [[...ADD, '--member=jsmith', '--api-key-stdin']]])(
    'is given up at the --deadline: %j',
    async (argv) => {
      const { env } = stage();
      const child = startBin([...argv, '--deadline=0.5'], env, { stdio: ['pipe', 'pipe', 'pipe'] });
      expect(await ended(child)).toMatchObject(DEADLINE);
    },
  );
});

it('a file is read whole, an empty one too, and a folder is none', async () => {
  const { env, fifo } = stage();
  const file = `${fifo}.txt`;
  writeFileSync(file, 'jsmith\n');
  expect(await bin([...ADD, `--file=${file}`], env)).toMatchObject({ code: 0 });
  writeFileSync(file, '');
  expect(await bin([...ADD, `--file=${file}`], env)).toMatchObject({
    code: 2,
    stderr: `groupctl: ${file} holds no names. Nothing was written.\n`,
  });
  expect((await bin([...ADD, `--file=${join(fifo, '..')}`], env)).stderr).toContain(
    'it is a folder',
  );
});
