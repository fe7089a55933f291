// Which functions of dist/ everyday commands call: V8 counts them while the program runs.
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { serveSandbox } from '../../bench/sandbox.mjs';

const run = promisify(execFile);
const MEMBERS = ['security', 'groups', 'members'];
const MEMBER = ['--name=Developers', '--member=jsmith'];
const ADD = [...MEMBERS, 'add', ...MEMBER];
/** Everyday commands, in order: the first adds a member who is new. A script may name its source in variables. */
const COMMANDS = [
  { args: ADD },
  { args: [...MEMBERS, 'add', '--name=Developers', '--file=team.txt', '--json'] },
  { args: [...MEMBERS, 'list', '--name=Developers', '--source=default'] },
  { args: [...MEMBERS, 'remove', ...MEMBER], inVariables: true },
  { args: ['--help'] },
];

/**
 * Runs everyday commands on each kind of server.
 *
 * @returns by file of dist/ and place of a function ("12-80"): `isCalled`, and `isInAdd` where the
 *   add of a new member calls it. A function that is missing is not known.
 */
export async function countCalls(dist) {
  const scratch = await mkdtemp(join(tmpdir(), 'groupctl-profile-'));
  const bin = join(dist, 'main.js');
  const calls = new Map();
  await writeFile(join(scratch, 'team.txt'), 'jsmith\n');
  try {
    for (const kind of ['proget', 'infisical']) {
      const server = await serveSandbox(bin, homeIn(scratch), [`--kind=${kind}`]);
      try {
        const env = homeIn(join(scratch, kind));
        const { url, apiKey } = server;
        const source = [`--url=${url}`, `--kind=${kind}`, `--api-key=${apiKey}`];
        await run(process.execPath, [bin, 'sources', 'add', '--name=default', ...source], { env });
        const variables = { GROUPCTL_URL: url, GROUPCTL_KIND: kind, GROUPCTL_API_KEY: apiKey };
        for (const [at, { args, inVariables }] of COMMANDS.entries()) {
          const counts = join(scratch, `${kind}-${at}`);
          const more = { NODE_V8_COVERAGE: counts, ...(inVariables && variables) };
          await run(process.execPath, [bin, ...args], { cwd: scratch, env: { ...env, ...more } });
          await addCalls(calls, counts, dist, at === 0);
        }
      } finally {
        server.stop();
      }
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  return calls;
}

/** The environment of a user whose home is this folder, without the variables of who builds. */
function homeIn(folder) {
  const { PATH, SystemRoot, TEMP } = process.env;
  const homes = { HOME: folder, USERPROFILE: folder, APPDATA: folder, LOCALAPPDATA: folder };
  return { PATH, SystemRoot, TEMP, ...homes, NODE_DISABLE_COMPILE_CACHE: '1' };
}

/** Adds what V8 wrote to a folder: https://nodejs.org/api/cli.html#node_v8_coveragedir */
async function addCalls(calls, folder, dist, isAdd) {
  for (const file of await readdir(folder)) {
    const { result } = JSON.parse(await readFile(join(folder, file), 'utf8'));
    for (const { url, functions } of result) {
      const name = basename(url);
      if (!url.endsWith(`/${basename(dist)}/${name}`)) continue;
      const known = calls.get(name) ?? calls.set(name, new Map()).get(name);
      for (const { ranges } of functions) {
        const [{ startOffset, endOffset, count }] = ranges;
        const place = `${startOffset}-${endOffset}`;
        const isCalled = count > 0;
        const before = known.get(place) ?? { isCalled: false, isInAdd: false };
        known.set(place, {
          isCalled: before.isCalled || isCalled,
          isInAdd: before.isInAdd || (isAdd && isCalled),
        });
      }
    }
  }
}
