import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cleanEnv, pack, type Packed, start } from '../helpers/packed.ts';

/** What is published: a new file has to be added here on purpose. */
const ALLOWED = [
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'bin/compile-cache.js',
  'bin/groupctl.js',
  'dist/THIRD-PARTY-LICENSES.txt',
  'dist/ask.js',
  'dist/command-rare.js',
  'dist/command.js',
  'dist/csv-parse.js',
  'dist/csv.js',
  'dist/failures.js',
  'dist/groups.js',
  'dist/history.js',
  'dist/infisical-rare.js',
  'dist/infisical.js',
  'dist/input-rare.js',
  'dist/input.js',
  'dist/lists-rare.js',
  'dist/lists.js',
  'dist/llhttp-simd.wasm',
  'dist/llhttp.wasm',
  'dist/main-rare.js',
  'dist/main.js',
  'dist/people.js',
  'dist/postgres.js',
  'dist/program-rare.js',
  'dist/program.js',
  'dist/progress.js',
  'dist/proxy.js',
  'dist/query.js',
  'dist/read-csv.js',
  'dist/read-json.js',
  'dist/runtime-rare.js',
  'dist/runtime.js',
  'dist/sandbox-infisical.js',
  'dist/sandbox.js',
  'dist/secrets.js',
  'dist/security.js',
  'dist/server-rare.js',
  'dist/server.js',
  'dist/sources.js',
  'dist/sync.js',
  'dist/table.js',
  'dist/words.js',
  'docs/completion.md',
  'docs/concurrency.md',
  'docs/directory-accounts.md',
  'docs/executable.md',
  'docs/exit-codes.md',
  'docs/files.md',
  'docs/glossary.md',
  'docs/guards.md',
  'docs/journal.md',
  'docs/layout.md',
  'docs/network.md',
  'docs/people.md',
  'docs/performance.md',
  'docs/pgutil.md',
  'docs/pictures/demo.svg',
  'docs/pictures/history.svg',
  'docs/pictures/offboard.svg',
  'docs/pictures/sync.svg',
  'docs/scripts.md',
  'docs/sources.md',
  'docs/style.md',
  'docs/teams.md',
  'docs/why.md',
  'docs/windows.md',
  'docs/writing-backends.md',
  'package.json',
];

// One file for each decision: a new one is no change of what the package holds.
const DECISION = /^docs\/decisions\/\d{4}-[a-z-]+\.md$/;

const MOST_BYTES = 3 * 1024 * 1024;

describe('the package', () => {
  let packed: Packed;
  beforeAll(() => {
    packed = pack();
  });
  afterAll(() => packed.remove());

  const env = (): NodeJS.ProcessEnv =>
    cleanEnv({ HOME: packed.folder, GROUPCTL_STATE_DIR: join(packed.folder, 'state') });

  it('holds what is allowed, and nothing else', () => {
    const files = packed.files.map(({ path }) => path).sort();
    const listed = files.filter((path) => !path.startsWith('man/') && !DECISION.test(path));
    expect(listed).toEqual(ALLOWED);
    expect(files).toContain('docs/decisions/0001-dialects.md');
    const bytes = packed.files.reduce((sum, { size }) => sum + size, 0);
    expect(bytes).toBeLessThan(MOST_BYTES);
  });

  it('has a man page for each command, and no script that npm would run', () => {
    const manifest = JSON.parse(readFileSync(join(packed.root, 'package.json'), 'utf8')) as Record<
      string,
      unknown
    >;
    expect(manifest).not.toHaveProperty('scripts');
    expect(manifest).not.toHaveProperty('devDependencies');
    const pages = packed.files.flatMap(({ path }) => (path.startsWith('man/') ? `./${path}` : []));
    expect(manifest['man']).toEqual(pages.sort());
    expect(pages).toContain('./man/groupctl-security-groups-members-sync.1');
    const page = readFileSync(join(packed.root, 'man/groupctl-undo.1'), 'utf8');
    expect(page).toContain('.SH NAME\ngroupctl\\-undo \\- undo what a run changed\n');
    expect(page).toContain('.TP\n\\fB\\-\\-dry\\-run\\fR\n');
  });

  it('names no folder of the machine that built it', () => {
    const here = JSON.stringify(process.cwd()).slice(1, -1);
    const naming = packed.files.filter(({ path }) =>
      readFileSync(join(packed.root, path), 'utf8').includes(here),
    );
    expect(naming).toEqual([]);
  });

  it('has nothing for publint to find', () => {
    const found = execFileSync('npx', ['publint', '--strict', packed.tarball], {
      encoding: 'utf8',
    });
    expect(found).toContain('All good!');
  });

  it('runs from any folder with --source=sandbox and no set-up', async () => {
    const add = [
      'security',
      'groups',
      'members',
      'add',
      '--member=John Smith',
      '--name=Developers',
    ];
    const first = await start(packed.bin, [...add, '--source=sandbox'], env()).finished;
    expect(first).toEqual({ code: 0, stdout: 'Added John Smith to Developers.\n', stderr: '' });
    const again = await start(packed.bin, [...add, '--source=sandbox'], env()).finished;
    expect(again.stdout).toBe('John Smith is already a member of Developers; nothing to do.\n');
    expect(again.code).toBe(0);
  });

  it('runs through npx from the tarball', () => {
    const stdout = execFileSync(
      'npx',
      ['--yes', '--offline', `--package=${packed.tarball}`, 'groupctl', '--version'],
      { encoding: 'utf8', cwd: packed.folder, env: env(), stdio: ['ignore', 'pipe', 'ignore'] },
    );
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('says what to do when it is not built', async () => {
    const bin = join(packed.folder, 'bin', 'groupctl.js');
    cpSync(packed.bin, bin);
    expect(await start(bin, ['--version'], env()).finished).toEqual({
      code: 1,
      stdout: '',
      stderr: 'groupctl: it is not built yet; run npm run build\n',
    });
  });
});
