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

const WRITERS = 40;
const ROUNDS = 3;
const GROUP = 'Engineers';

interface Group {
  name: string;
  users: string[];
}

describe(`${WRITERS} processes at once, each adding one user to one group`, () => {
  let packed: Packed;
  let server: Served;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    packed = pack();
    env = cleanEnv({
      GROUPCTL_CONFIG_DIR: join(packed.folder, 'config'),
      GROUPCTL_STATE_DIR: join(packed.folder, 'state'),
    });
    server = await serveSandbox(packed.bin, env);
  });
  afterAll(async () => {
    await server.stop();
    packed.remove();
  });

  const names = (round: number): string[] =>
    Array.from({ length: WRITERS }, (_, at) => `writer-${round}-${at}`);

  async function call<T>(path: string, method: string, body?: unknown): Promise<T | undefined> {
    const response = await fetch(`${server.url}/${path}`, {
      method,
      headers: { 'x-apikey': server.apiKey, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    expect(response.ok).toBe(true);
    const text = await response.text();
    return text === '' ? undefined : (JSON.parse(text) as T);
  }

  async function members(): Promise<string[]> {
    const groups = await call<Group[]>('api/security/groups/list', 'GET');
    return groups?.find(({ name }) => name === GROUP)?.users ?? [];
  }

  async function begin(round: number): Promise<void> {
    const users = names(round).map((name) => ({ name, displayName: null, email: null }));
    const groups = [{ name: GROUP, users: ['first'] }];
    await call('_sandbox/state', 'PATCH', { proget: { users, groups } });
  }

  it(`all ${WRITERS} are members at the end, ${ROUNDS} times in a row`, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      await begin(round);
      const runs = names(round).map(
        (name) =>
          start(
            packed.bin,
            [
              'security',
              'groups',
              'members',
              'add',
              `--member=${name}`,
              `--name=${GROUP}`,
              `--source=${server.url}`,
              `--api-key=${server.apiKey}`,
              '--quiet',
            ],
            env,
          ).finished,
      );
      const results = await Promise.all(runs);
      // On a busy machine a process waits long enough for the lock to print that it does.
      const said = results.map(({ stderr }) => stderr.replace(/^Waiting up to .*\n/, ''));
      expect(results.map(({ code }, at) => `${code} ${said[at]}`)).toEqual(results.map(() => '0 '));
      expect((await members()).sort()).toEqual(['first', ...names(round)].sort());
    }
  }, 900_000);

  it('a plain loop of read, add and write loses some: the test can fail', async () => {
    await begin(ROUNDS);
    await Promise.all(
      names(ROUNDS).map(async (name) => {
        const users = await members();
        await call('api/security/groups/update', 'POST', { name: GROUP, users: [...users, name] });
      }),
    );
    expect((await members()).length).toBeLessThan(WRITERS + 1);
  });
});
