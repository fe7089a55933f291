import { execFile } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  cleanEnv,
  type Finished,
  pack,
  type Packed,
  serveSandbox,
  type Served,
  start,
} from '../helpers/packed.ts';

const MEMBERS = 200;

interface Result {
  readonly outcomes: readonly { member: string; outcome: string; error?: { code: string } }[];
  readonly summary: Readonly<Record<string, number>>;
}

// A limit on the size of files stands for a disk that is full: root has no other.
describe.skipIf(process.platform === 'win32')('a record that can take no more', () => {
  let packed: Packed;
  let server: Served;
  let env: NodeJS.ProcessEnv;
  const names = Array.from({ length: MEMBERS }, (_, at) => `person${at}`);

  beforeAll(async () => {
    packed = pack();
    env = cleanEnv({
      GROUPCTL_CONFIG_DIR: join(packed.folder, 'config'),
      GROUPCTL_STATE_DIR: join(packed.folder, 'state'),
    });
    server = await serveSandbox(packed.bin, env, ['--memory', '--kind=infisical']);
    writeFileSync(join(packed.folder, 'team.txt'), names.map((name) => `${name}\n`).join(''));
    await patch({ users: names.map((username) => ({ username })) });
    await patch({ groups: [{ name: 'Big', members: [] }] });
  });
  afterAll(async () => {
    await server.stop();
    packed.remove();
  });

  const patch = async (infisical: object): Promise<void> => {
    await fetch(`${server.url}/_sandbox/state`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ infisical }),
    });
  };
  const at = (): string[] => [
    `--source=${server.url}`,
    '--kind=infisical',
    `--api-key=${server.apiKey}`,
    '--json',
  ];
  const run = async (...argv: string[]): Promise<Finished> =>
    await start(packed.bin, [...argv, ...at()], env).finished;
  /** With files of so many KiB at most. */
  const within = async (kib: number, argv: readonly string[]): Promise<Finished> =>
    await new Promise((resolve) => {
      const limited = ['-c', `ulimit -f ${kib}; exec "$0" "$@"`, process.execPath, packed.bin];
      execFile('bash', [...limited, ...argv, ...at()], { env }, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
      });
    });
  const members = async (): Promise<string[]> => {
    const listed = await run('security', 'groups', 'members', 'list', '--name=Big');
    return (JSON.parse(listed.stdout) as { member: string }[]).map(({ member }) => member);
  };
  const runs = (): string[] => readdirSync(join(packed.folder, 'state', 'runs')).sort();
  const ADD = ['security', 'groups', 'members', 'add', '--name=Big'];

  it('stops the run where it is: every row is told, the record reads back, resume does the rest', async () => {
    const stopped = await within(8, [...ADD, `--file=${join(packed.folder, 'team.txt')}`]);
    expect(stopped.code).toBe(7);
    const { outcomes, summary } = JSON.parse(stopped.stdout) as Result;
    expect(outcomes).toHaveLength(MEMBERS);
    const added = outcomes.flatMap(({ member, outcome }) => (outcome === 'added' ? member : []));
    expect(added.length).toBeGreaterThan(0);
    expect(summary).toMatchObject({ notTried: MEMBERS - added.length, unknown: 0 });
    expect(outcomes.find(({ outcome }) => outcome === 'not-tried')?.error?.code).toMatch(
      /^(state-not-writable|not-sent)$/,
    );
    expect((await members()).sort()).toEqual([...added].sort());

    const shown = JSON.parse(
      (await start(packed.bin, ['history', 'show', 'latest', '--json'], env).finished).stdout,
    ) as {
      states: Readonly<Record<string, number>>;
      cutShort: boolean;
    };
    expect(shown.cutShort).toBe(false);
    // Sent and in the record, seen and no more in it: to be looked at.
    expect(shown.states['untouched']).toBe(MEMBERS - added.length);
    const resumed = await run('resume', 'latest');
    expect(resumed.code).toBe(0);
    expect((await members()).sort()).toEqual([...names].sort());
  });

  it('writes nothing where not even the plan can be recorded', async () => {
    const before = await members();
    const stopped = await within(0, [
      ...['security', 'groups', 'members', 'remove', '--name=Big', '--allow-empty'],
      ...[`--file=${join(packed.folder, 'team.txt')}`, '--max-removals=1000'],
      '--max-removal-percent=100',
    ]);
    expect(stopped).toMatchObject({ code: 2, stdout: '' });
    expect(stopped.stderr).toContain('state-not-writable');
    expect(await members()).toEqual(before);
    expect(runs().every((file) => file.endsWith('.jsonl'))).toBe(true);
  });
});
