import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  cleanEnv,
  type Finished,
  pack,
  type Packed,
  serveSandbox,
  type Served,
} from '../helpers/packed.ts';

const GROUP = 'Everybody';
const MANY = 10_000;

interface Logged {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly body?: { readonly name?: string; readonly users?: readonly string[] };
}

interface Printed {
  readonly summary: { readonly added: number; readonly alreadyMember: number };
  readonly outcomes: readonly { member: string; outcome: string; verified: boolean }[];
}

/** Names of every kind that a directory has, all of them different. */
function manyNames(count: number, prefix = ''): string[] {
  const kinds = ['jürgen.müller', '李小龙', "o'neil", 'Σίσυφος', 'von der Heide', 'a+b@corp.test'];
  return Array.from(
    { length: count },
    (_, at) => `${prefix}${kinds[at % kinds.length] ?? ''} ${at}`,
  );
}

describe('many members at once on ProGet', () => {
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

  async function admin(path: string, method: string, body?: unknown): Promise<Response> {
    const response = await fetch(`${server.url}/_sandbox/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    expect(response.ok).toBe(true);
    return response;
  }

  async function seed(names: readonly string[], members: readonly string[]): Promise<void> {
    const users = names.map((name) => ({ name, displayName: null, email: null }));
    await admin('state', 'PATCH', { proget: { users, groups: [{ name: GROUP, users: members }] } });
    await admin('requests', 'DELETE');
  }

  const requests = async (): Promise<Logged[]> =>
    (await (await admin('requests', 'GET')).json()) as Logged[];

  async function members(): Promise<string[]> {
    const response = await fetch(`${server.url}/api/security/groups/list`, {
      headers: { 'x-apikey': server.apiKey },
    });
    const groups = (await response.json()) as { name: string; users: string[] }[];
    return groups.find(({ name }) => name === GROUP)?.users ?? [];
  }

  function args(file: string, ...more: string[]): string[] {
    const add = ['security', 'groups', 'members', 'add', `--name=${GROUP}`, `--file=${file}`];
    return [...add, `--source=${server.url}`, `--api-key=${server.apiKey}`, ...more];
  }

  function fileOf(name: string, text: string): string {
    const path = join(packed.folder, name);
    writeFileSync(path, text);
    return path;
  }

  /** The program; its input is written in pieces that break within characters. */
  async function run(words: readonly string[], input = Buffer.alloc(0)): Promise<Finished> {
    const child = spawn(process.execPath, [packed.bin, ...words], { env });
    let stdout = '';
    let stderr = '';
    // Pieces of output break within characters as well.
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const closed = new Promise<number | null>((resolve) => child.on('close', resolve));
    for (let at = 0; at < input.length; at += 4099) {
      if (!child.stdin.write(input.subarray(at, at + 4099))) {
        await new Promise((resolve) => child.stdin.once('drain', resolve));
      }
    }
    child.stdin.end();
    return { code: await closed, stdout, stderr };
  }

  const names = manyNames(MANY);
  const EXCHANGES = [
    'GET /api/security/users/list 200',
    'GET /api/security/groups/list 200',
    'POST /api/security/groups/update 200',
    'GET /api/security/groups/list 200',
  ];

  beforeEach(async () => seed(names, ['Admin']));

  it(`${MANY} are added in four exchanges, each as it is spelt`, async () => {
    const rows = names.map((name, at) => `${at},"${name}",x`).join('\r\n');
    const file = fileOf('team.csv', `Number,User,Team\r\n${rows}\r\n`);
    const { code, stdout, stderr } = await run(args(file, '--json'));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { summary, outcomes } = JSON.parse(stdout) as Printed;
    expect(summary).toMatchObject({ added: MANY, alreadyMember: 0 });
    expect(outcomes.map(({ member }) => member)).toEqual(names);
    expect(
      outcomes.filter(({ outcome, verified }) => outcome === 'added' && verified),
    ).toHaveLength(MANY);
    const log = await requests();
    expect(log.map(({ method, path, status }) => `${method} ${path} ${status}`)).toEqual(EXCHANGES);
    expect(log[2]?.body?.users).toEqual(['Admin', ...names]);
    expect(await members()).toEqual(['Admin', ...names]);
  });

  it('are none the second time: nothing is written', async () => {
    const file = fileOf('again.txt', `${names.join('\n')}\n`);
    await seed(names, names);
    const { code, stdout } = await run(args(file, '--json'));
    expect(code).toBe(0);
    const { summary } = JSON.parse(stdout) as Printed;
    expect(summary).toMatchObject({ added: 0, alreadyMember: MANY });
    expect((await requests()).filter(({ method }) => method === 'POST')).toEqual([]);
  });

  it('come from a pipe as well', async () => {
    const input = Buffer.from(`${names.join('\n')}\n`);
    const { code, stdout, stderr } = await run(args('-'), input);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.split('\n');
    expect(lines.slice(0, 2)).toEqual([
      `Added ${names[0] ?? ''} to ${GROUP}.`,
      `Added ${names[1] ?? ''} to ${GROUP}.`,
    ]);
    expect(lines.slice(-2)).toEqual([`${GROUP}: ${MANY} added.`, '']);
    expect(lines).toHaveLength(MANY + 2);
    expect(
      (await requests()).map(({ method, path, status }) => `${method} ${path} ${status}`),
    ).toEqual(EXCHANGES);
    expect(await members()).toEqual(['Admin', ...names]);
  });

  it('one unknown name among them: nothing is written, and its row is named', async () => {
    const typed = [...names.slice(0, 5000), 'Nobody At All', ...names.slice(5000)];
    const file = fileOf('unknown.txt', `${typed.join('\n')}\n`);
    const { code, stderr } = await run(args(file, '--json'));
    expect(code).toBe(4);
    expect(stderr).toContain('line 5001');
    expect(await members()).toEqual(['Admin']);
  });

  it('two processes that add 2,000 each end with all 4,000', async () => {
    const sides = [manyNames(2000, 'left '), manyNames(2000, 'right ')];
    await seed(sides.flat(), ['Admin']);
    const files = sides.map((side, at) => fileOf(`side${at}.txt`, side.join('\n')));
    const runs = files.map((file) => run(args(file, '--json', '--quiet')));
    for (const { code, stdout, stderr } of await Promise.all(runs)) {
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect((JSON.parse(stdout) as Printed).summary).toMatchObject({ added: 2000 });
    }
    expect((await members()).sort()).toEqual(['Admin', ...sides.flat()].sort());
  });
});
