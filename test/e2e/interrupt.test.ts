import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  cleanEnv,
  pack,
  type Packed,
  serveSandbox,
  type Served,
  start,
} from '../helpers/packed.ts';

interface Logged {
  method: string;
  path: string;
  status: number;
}

// Windows has no signals to send to another process.
describe.skipIf(process.platform === 'win32')('a signal during a write', () => {
  let packed: Packed;
  let server: Served;
  let env: NodeJS.ProcessEnv;
  let state: string;

  beforeAll(async () => {
    packed = pack();
    state = join(packed.folder, 'state');
    env = cleanEnv({
      GROUPCTL_CONFIG_DIR: join(packed.folder, 'config'),
      GROUPCTL_STATE_DIR: state,
    });
    server = await serveSandbox(packed.bin, env);
  });
  afterAll(async () => {
    await server.stop();
    packed.remove();
  });

  const send = async (path: string, method: string, body?: unknown): Promise<Response> =>
    await fetch(`${server.url}/_sandbox/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });

  const requests = async (): Promise<Logged[]> =>
    (await (await send('requests', 'GET')).json()) as Logged[];

  /** Starts an add whose write takes a while, and waits until its intent is in the journal. */
  async function addSlowly(member: string): Promise<ReturnType<typeof start>> {
    const before = new Set(runs());
    await send('faults', 'PUT', [{ path: 'groups/update', latencyMs: 700 }]);
    const args = ['security', 'groups', 'members', 'add', `--member=${member}`, '--name=Engineers'];
    const started = start(
      packed.bin,
      [...args, `--source=${server.url}`, `--api-key=${server.apiKey}`, '--json'],
      env,
    );
    const written = (): boolean =>
      runs().some((file) => !before.has(file) && journal(file).some(({ t }) => t === 'intent'));
    while (!written()) await new Promise((resolve) => setTimeout(resolve, 5));
    // The intent is written right before the request; give it time to be sent.
    await new Promise((resolve) => setTimeout(resolve, 100));
    return started;
  }

  const folder = (): string => join(state, 'runs');
  const runs = (): string[] => (existsSync(folder()) ? readdirSync(folder()).sort() : []);
  /** Whole lines only: it is read while it is written. */
  const journal = (file: string): { t: string; [field: string]: unknown }[] =>
    readFileSync(join(folder(), file), 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as { t: string });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    '%s: the write is finished, read back and recorded, then 130',
    async (signal) => {
      const { child, finished } = await addSlowly(signal === 'SIGINT' ? 'jsmith' : 'ajohnson');
      child.kill(signal);
      const { code, stdout, stderr } = await finished;
      expect(code).toBe(130);
      const result = JSON.parse(stdout) as {
        outcomes: { outcome: string; verified: boolean }[];
        run: string;
      };
      expect(result.outcomes).toMatchObject([{ outcome: 'added', verified: true }]);
      expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'interrupted', exitCode: 130 } });
      const lines = journal(`${result.run}.jsonl`);
      expect(lines.map(({ t }) => t)).toEqual(['run', 'intent', 'answer', 'outcome', 'end']);
      expect(lines.at(-1)).toMatchObject({ exit: 130 });
      const last = (await requests()).slice(-2).map(({ method, path }) => `${method} ${path}`);
      expect(last).toEqual(['POST /api/security/groups/update', 'GET /api/security/groups/list']);
    },
  );

  it('a second one ends it at once; the journal says what was under way', async () => {
    const { child, finished } = await addSlowly('David Jones');
    child.kill('SIGINT');
    await new Promise((resolve) => setTimeout(resolve, 50));
    child.kill('SIGINT');
    const { code, stdout, stderr } = await finished;
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    const [run = ''] = (runs().at(-1) ?? '').split('.');
    expect(JSON.parse(stderr)).toEqual({
      error: {
        code: 'interrupted',
        message: `Ended at once. What was under way is in doubt: groupctl resume ${run}`,
        exitCode: 130,
      },
    });
    const lines = journal(`${run}.jsonl`);
    expect(lines.map(({ t }) => t)).toEqual(['run', 'intent']);
    expect(lines[1]).toMatchObject({ members: ['David Jones'], call: 'POST groups/update' });
  });

  it('a killed process leaves a lock that the next one takes over', async () => {
    const { child, finished } = await addSlowly('James Brown');
    child.kill('SIGKILL');
    await finished;
    const add = ['security', 'groups', 'members', 'add', '--member=mbrown', '--name=Engineers'];
    const next = await start(
      packed.bin,
      [...add, `--source=${server.url}`, `--api-key=${server.apiKey}`],
      env,
    ).finished;
    expect(next).toEqual({
      code: 0,
      stdout: 'Added mbrown to Engineers.\n',
      // The process that had it is gone, and that is seen at once.
      stderr: '',
    });
  });
});
