// Which functions of dist/ everyday commands call: V8 counts them while the program runs.
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { benchEnv } from '../../bench/ratio.mjs';
import { serveSandbox } from '../../bench/sandbox.mjs';

const run = promisify(execFile);
const MEMBERS = ['security', 'groups', 'members'];
const MEMBER = ['--name=Developers', '--member=jsmith'];
const ADD = [...MEMBERS, 'add', ...MEMBER];
/** Everyday commands, in order: the first adds a member who is new. */
const COMMANDS = [
  ADD,
  ADD,
  [...MEMBERS, 'list', '--name=Developers'],
  [...MEMBERS, 'remove', ...MEMBER],
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
  const env = benchEnv({
    GROUPCTL_CONFIG_DIR: join(scratch, 'config'),
    GROUPCTL_STATE_DIR: join(scratch, 'state'),
  });
  const calls = new Map();
  try {
    for (const kind of ['proget', 'infisical']) {
      const server = await serveSandbox(bin, env, [`--kind=${kind}`]);
      try {
        const source = [`--url=${server.url}`, `--kind=${kind}`, `--api-key=${server.apiKey}`];
        await run(process.execPath, [bin, 'sources', 'add', `--name=${kind}`, ...source], { env });
        for (const [at, command] of COMMANDS.entries()) {
          const counts = join(scratch, `${kind}-${at}`);
          const counted = { ...env, GROUPCTL_SOURCE: kind, NODE_V8_COVERAGE: counts };
          await run(process.execPath, [bin, ...command], { env: counted });
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
