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

/** The server checks, then inserts: equal adds at once would put the user into the group twice. */
describe('processes that add one user to one Infisical group at once', () => {
  let packed: Packed;
  let server: Served;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    packed = pack();
    env = cleanEnv({
      GROUPCTL_CONFIG_DIR: join(packed.folder, 'config'),
      GROUPCTL_STATE_DIR: join(packed.folder, 'state'),
    });
    server = await serveSandbox(packed.bin, env, ['--memory', '--kind=infisical']);
  });
  afterAll(async () => {
    await server.stop();
    packed.remove();
  });

  it('send one add between them, and one of them says added', async () => {
    await fetch(`${server.url}/_sandbox/faults`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([{ method: 'POST', path: '/users/jsmith', latencyMs: 300, times: 0 }]),
    });
    const args = ['security', 'groups', 'members', 'add', '--member=jsmith', '--name=Engineers'];
    const at = [
      `--source=${server.url}`,
      '--kind=infisical',
      `--api-key=${server.apiKey}`,
      '--quiet',
    ];
    const runs = Array.from({ length: 4 }, () => start(packed.bin, [...args, ...at], env).finished);
    const said = (await Promise.all(runs)).map(({ stdout }) => stdout).sort();
    expect(said).toEqual([
      'Added jsmith to Engineers.\n',
      'jsmith is already a member of Engineers; nothing to do.\n',
      'jsmith is already a member of Engineers; nothing to do.\n',
      'jsmith is already a member of Engineers; nothing to do.\n',
    ]);
    const log = (await (await fetch(`${server.url}/_sandbox/requests`)).json()) as {
      method: string;
    }[];
    expect(log.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });
});
