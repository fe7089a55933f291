import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cli, temporaryFolder } from '../../helpers/cli.ts';
import { type BinResult, ended, startBin } from '../../helpers/spawn.ts';

interface Serving {
  readonly child: ChildProcess;
  readonly end: Promise<BinResult>;
  readonly state: string;
  readonly said: { kind: string; url: string; apiKey: string; dialect: string };
}

/** `sandbox serve` as a process, once it has said where it listens. */
async function serving(...argv: string[]): Promise<Serving> {
  const state = join(temporaryFolder(), 'state');
  const child = startBin(['sandbox', 'serve', '--port=0', '--json', ...argv], {
    GROUPCTL_STATE_DIR: state,
  });
  const end = ended(child);
  const text = await new Promise<string>((resolve, reject) => {
    let seen = '';
    child.stdout?.on('data', (part: string) => {
      seen += part;
      if (seen.includes('}\n')) resolve(seen);
    });
    void end.then((result) => reject(new Error(`it ended: ${JSON.stringify(result)}`)));
  });
  return { child, end, state, said: JSON.parse(text) as Serving['said'] };
}

const MEMBERS = ['security', 'groups', 'members'];
const at = ({ url, apiKey }: Serving['said']): string[] => [
  `--source=${url}`,
  `--api-key=${apiKey}`,
];

describe('sandbox serve', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('serves until %s, and exits 0', async (signal) => {
    const { child, end, state, said } = await serving('--memory');
    expect(said).toEqual({
      kind: 'proget',
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) as string,
      apiKey: 'sandbox-key',
      dialect: 'update',
    });
    const user = cli();
    const add = [...MEMBERS, 'add', '--name=QA', '--member=jsmith', ...at(said)];
    expect(await user.run(add)).toEqual({ code: 0, stdout: 'Added jsmith to QA.\n', stderr: '' });
    expect((await user.run(add)).stdout).toContain('already a member');
    expect(existsSync(join(state, 'sandbox.json'))).toBe(false);
    child.kill(signal);
    expect(await end).toMatchObject({ code: 0, signal: null, stderr: '' });
    expect((await user.run(['health', ...at(said)])).code).toBe(6);
  });

  it('shares its state with --source=sandbox, unless told --memory', async () => {
    const { said, state } = await serving();
    const env = { GROUPCTL_STATE_DIR: state };
    const user = cli();
    await user.run([...MEMBERS, 'add', '--name=QA', '--member=jsmith', ...at(said)]);
    const list = [...MEMBERS, 'list', '--name=QA'];
    expect((await user.run([...list, '--source=sandbox'], { env })).stdout).toBe(
      'Zoë Müller\nlchen\njsmith\n',
    );
    await user.run([...MEMBERS, 'remove', '--name=QA', '--member=lchen', '--source=sandbox'], {
      env,
    });
    expect((await user.run([...list, ...at(said)])).stdout).toBe('Zoë Müller\njsmith\n');
  });

  it('says for people where it listens', async () => {
    const stop = new AbortController();
    const running = cli().run(['sandbox', 'serve', '--port=0', '--memory'], {
      signal: stop.signal,
    });
    stop.abort();
    const { code, stdout } = await running;
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^The sandbox \(proget\) listens on http:\/\/127\.0\.0\.1:\d+, with the API key sandbox-key\. Stop it with Ctrl\+C\.\nTry: groupctl security groups list --source=http:\/\/127\.0\.0\.1:\d+ --api-key=sandbox-key\n$/,
    );
  });

  it('refuses a port that is in use', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => void taken.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void taken.close());
    const { port } = taken.address() as AddressInfo;
    expect(await cli().run(['sandbox', 'serve', `--port=${port}`, '--memory'])).toEqual({
      code: 2,
      stdout: '',
      stderr: `groupctl: The port ${port} is in use. Choose another with --port, or --port=0 for a free one.\n`,
    });
  });

  it.each([
    ['{', /^groupctl: --fault takes one JSON object: .+\n$/],
    ['[]', /^groupctl: --fault takes one JSON object: Fault 0 is not an object\.+\n$/],
    [
      '{"statuss":500}',
      /^groupctl: --fault takes one JSON object: Fault 0: there is no "statuss"\.+\n$/,
    ],
    [
      '{"status":42}',
      /^groupctl: --fault takes one JSON object: Fault 0: "status" takes a number from 200 to 599\.\n$/,
    ],
  ])('refuses the fault %s', async (fault, line) => {
    const { code, stdout, stderr } = await cli().run([
      'sandbox',
      'serve',
      '--port=0',
      '--memory',
      `--fault=${fault}`,
    ]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(line);
  });
});

describe('a sandbox that misbehaves', () => {
  it('does as each --fault says', async () => {
    const { said } = await serving(
      '--memory',
      '--fault={"method":"GET","path":"groups/list","status":503,"times":2}',
      '--fault={"path":"groups/update","status":400,"body":"Property users is odd."}',
    );
    const user = cli();
    const add = [...MEMBERS, 'add', '--name=QA', '--member=jsmith', ...at(said)];
    const { code, stderr } = await user.run(add);
    expect(code).toBe(5);
    expect(stderr).toContain('Property users is odd.');
    expect((await user.run(add)).stdout).toBe('Added jsmith to QA.\n');
  });

  it('whose answer to the write is cut off: read back, and done', async () => {
    const { said } = await serving('--memory', '--fault={"path":"groups/update","reset":"after"}');
    const result = await cli().run([
      ...MEMBERS,
      'add',
      '--name=QA',
      '--member=jsmith',
      ...at(said),
    ]);
    expect(result).toMatchObject({ code: 0, stdout: 'Added jsmith to QA.\n' });
  });
});

describe('a sandbox of the older kind', () => {
  it.each(['auto', 'add'])('is written to with its add call: --dialect=%s', async (dialect) => {
    const { said } = await serving('--memory', '--dialect=add');
    expect(said.dialect).toBe('add');
    const user = cli();
    const key = `--api-key=${said.apiKey}`;
    await user.run([
      'sources',
      'add',
      '--name=old',
      `--url=${said.url}`,
      key,
      `--dialect=${dialect}`,
    ]);
    const who = ['--name=Developers', '--member=jsmith', '--member=djones', '--source=old'];
    const { code, stdout, stderr } = await user.run([...MEMBERS, 'add', ...who, '--verbose']);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: 'Added jsmith to Developers.\nAdded djones to Developers.\nDevelopers: 2 added.\n',
    });
    expect(stderr).toContain('This server does not list its groups: using its older add call.\n');
    expect(stderr).toContain('The server cannot say who exists; sent as typed: jsmith, djones.\n');
    const requests = (await (await fetch(`${said.url}/_sandbox/requests`)).json()) as {
      method: string;
      path: string;
      body?: unknown;
    }[];
    const writes = requests.filter(({ method }) => method === 'POST');
    expect(writes.map(({ path, body }) => [path, body])).toEqual([
      ['/api/security/groups/add', { name: 'Developers', users: ['jsmith', 'djones'] }],
    ]);
    // What needs the list is not there to be had.
    for (const verb of ['list', 'remove']) {
      const argv = [
        ...MEMBERS,
        verb,
        ...(verb === 'list' ? [who[0] ?? ''] : who.slice(0, 2)),
        '--source=old',
      ];
      expect(await user.run(argv)).toMatchObject({ code: 2, stdout: '' });
    }
  });
});
