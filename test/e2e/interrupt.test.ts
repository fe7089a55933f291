import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Gate, startGate } from '../helpers/gate.ts';
import {
  cleanEnv,
  interruptTwice,
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
  let gate: Gate;
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
    gate = await startGate(server.url, ({ url }) => url?.endsWith('groups/update') === true);
  });
  afterAll(async () => {
    gate.stop();
    await server.stop();
    packed.remove();
  });

  const requests = async (): Promise<Logged[]> =>
    (await (await fetch(`${server.url}/_sandbox/requests`)).json()) as Logged[];

  /** Starts an add whose write is held back at the gate, and waits until it is there. */
  async function addHeld(member: string): Promise<ReturnType<typeof start>> {
    gate.shut();
    const args = ['security', 'groups', 'members', 'add', `--member=${member}`, '--name=Engineers'];
    const started = start(
      packed.bin,
      [...args, `--source=${gate.url}`, `--api-key=${server.apiKey}`, '--json'],
      env,
    );
    await gate.held();
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
      const { child, finished } = await addHeld(signal === 'SIGINT' ? 'jsmith' : 'ajohnson');
      child.kill(signal);
      await gate.open();
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
    const { child, finished } = await addHeld('David Jones');
    const { code, stdout, stderr } = await interruptTwice(child, finished);
    await gate.open();
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
    expect(lines[1]).toMatchObject({ rows: [[0, 0]], call: 'POST groups/update' });
  });

  it('a killed process leaves a lock that the next one takes over', async () => {
    const { child, finished } = await addHeld('James Brown');
    child.kill('SIGKILL');
    await finished;
    await gate.open();
    const add = ['security', 'groups', 'members', 'add', '--member=mbrown', '--name=Engineers'];
    const next = await start(
      packed.bin,
      [...add, `--source=${gate.url}`, `--api-key=${server.apiKey}`],
      env,
    ).finished;
    expect(next).toMatchObject({ code: 0, stdout: 'Added mbrown to Engineers.\n' });
    // The process that had the lock is gone, and that is seen at once: at most its write is waited for.
    expect(next.stderr).toMatch(/^(Waiting up to \d+ s: .+ may still take effect\.\n)?$/);
  });
});
