import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Gate, startGate } from '../helpers/gate.ts';
import {
  cleanEnv,
  type Finished,
  interruptTwice,
  pack,
  type Packed,
  serveSandbox,
  type Served,
  start,
} from '../helpers/packed.ts';

const MEMBERS = 60;
const AT_ONCE = 4;
/** Calls that are answered before the signal comes. */
const BEFORE = 3 * AT_ONCE;

interface Outcome {
  readonly member: string;
  readonly outcome: string;
  readonly error?: { readonly code: string };
}

// Windows has no signals to send to another process.
describe.skipIf(process.platform === 'win32')('a signal in a batch of single calls', () => {
  let packed: Packed;
  let server: Served;
  let gate: Gate;
  let env: NodeJS.ProcessEnv;
  const names = Array.from({ length: MEMBERS }, (_, at) => `person${at}`);

  beforeAll(async () => {
    packed = pack();
    env = cleanEnv({
      GROUPCTL_CONFIG_DIR: join(packed.folder, 'config'),
      GROUPCTL_STATE_DIR: join(packed.folder, 'state'),
    });
    server = await serveSandbox(packed.bin, env, ['--memory', '--kind=infisical']);
    gate = await startGate(server.url, ({ method }) => method === 'POST');
    writeFileSync(join(packed.folder, 'team.txt'), names.map((name) => `${name}\n`).join(''));
  });
  afterAll(async () => {
    gate.stop();
    await server.stop();
    packed.remove();
  });

  const admin = async (path: string, method: string, body?: unknown): Promise<Response> =>
    await fetch(`${server.url}/_sandbox/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const posts = async (): Promise<string[]> => {
    const log = (await (await admin('requests', 'GET')).json()) as {
      method: string;
      path: string;
    }[];
    return log.filter(({ method }) => method === 'POST').map(({ path }) => path);
  };
  const folder = (): string => join(packed.folder, 'state', 'runs');
  /** Whole lines only: it is read while it is written. */
  const latest = (): { t: string; exit?: number }[] => {
    const file = existsSync(folder()) ? readdirSync(folder()).sort().at(-1) : undefined;
    if (file === undefined) return [];
    return readFileSync(join(folder(), file), 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as { t: string });
  };

  const at = (): string[] => [
    `--source=${gate.url}`,
    '--kind=infisical',
    `--api-key=${server.apiKey}`,
    '--json',
  ];

  /** Starts the batch on an empty group, and waits until some calls are answered, the next held. */
  async function addHeld(): Promise<ReturnType<typeof start>> {
    await admin('state', 'PATCH', {
      infisical: {
        users: names.map((username) => ({ username, firstName: username })),
        groups: [{ name: 'Everybody', members: [] }],
      },
    });
    await admin('requests', 'DELETE');
    gate.shut(BEFORE);
    const add = ['security', 'groups', 'members', 'add', '--name=Everybody'];
    const file = [`--file=${join(packed.folder, 'team.txt')}`, `--concurrency=${AT_ONCE}`];
    const started = start(packed.bin, [...add, ...file, ...at()], env);
    await gate.held(AT_ONCE);
    return started;
  }

  it.each(['SIGINT', 'SIGTERM'] as const)(
    '%s: no new calls, those under way are finished, 130; resume does the rest, once',
    async (signal) => {
      const { child, finished } = await addHeld();
      child.kill(signal);
      await gate.open();
      const { code, stdout, stderr } = await finished;
      expect(code).toBe(130);
      const sent = await posts();
      // The answers to those under way may be seen before the signal is, and are followed by as many.
      expect(sent.length).toBeGreaterThanOrEqual(BEFORE + AT_ONCE);
      expect(sent.length).toBeLessThanOrEqual(BEFORE + 2 * AT_ONCE);
      const { outcomes, summary } = JSON.parse(stdout) as {
        outcomes: Outcome[];
        summary: Record<string, number>;
      };
      expect(outcomes.map(({ member }) => member)).toEqual(names);
      expect(outcomes.filter(({ outcome }) => outcome === 'added')).toHaveLength(sent.length);
      const left = outcomes.filter(({ outcome }) => outcome !== 'added');
      expect(new Set(left.map(({ outcome, error }) => `${outcome} ${error?.code ?? ''}`))).toEqual(
        new Set(['not-tried interrupted']),
      );
      expect(summary).toMatchObject({ added: sent.length, notTried: MEMBERS - sent.length });
      expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'interrupted', exitCode: 130 } });
      expect(latest().at(-1)).toMatchObject({ t: 'end', exit: 130 });

      const resumed = await start(packed.bin, ['resume', 'latest', ...at()], env).finished;
      expect(resumed.code).toBe(0);
      const all = await posts();
      expect(all).toHaveLength(MEMBERS);
      expect(new Set(all).size).toBe(MEMBERS);
    },
  );

  it('a second one ends it at once, and resume knows what to do', async () => {
    const { child, finished } = await addHeld();
    const ended: Finished = await interruptTwice(child, finished);
    expect({ code: ended.code, stdout: ended.stdout }).toEqual({ code: 130, stdout: '' });
    expect(latest().at(-1)?.t).not.toBe('end');
    // What was under way takes effect, and nobody has seen an answer to it.
    await gate.open();
    expect(await posts()).toHaveLength(BEFORE + AT_ONCE);
    const resumed = await start(packed.bin, ['resume', 'latest', ...at()], env).finished;
    expect(resumed.code).toBe(0);
    const all = await posts();
    expect(new Set(all).size).toBe(MEMBERS);
    expect(all).toHaveLength(MEMBERS);
  });
});
