// A write that takes effect late: a run is killed, interrupted twice, or runs into its time limit while
// the server still works on its write, and the next run starts at once. Shared by `node
// bench/late-writes.mjs [count]` and the e2e test.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** Ways in which the first run ends without an answer. */
export const ENDS = ['killed', 'interrupted twice', 'timed out'];

/** How long the server works on a late write; the runs have a time limit of 1 s, so a mark lasts 6 s. */
const LATE_MS = 3000;
const TIMEOUT_S = 1;

/**
 * Lets `count` first runs end that way, each in a group and a state folder of its own, and starts
 * the next run of each at once.
 *
 * @returns for each: the exit codes, and which members are in the group at the very end
 */
export async function lateWrites({ bin, env, count, end }) {
  const server = await startServer(count);
  const folder = mkdtempSync(join(tmpdir(), 'groupctl-late-'));
  try {
    const cases = Array.from({ length: count }, (_, at) => at);
    return await Promise.all(cases.map((at) => oneCase({ bin, env, end, at, server, folder })));
  } finally {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns a line for each member whose run exited 0 and who is not in the group */
export function lostMembers(cases) {
  return cases.flatMap(({ group, first, next, members }) => [
    ...(first === 0 && !members.includes('late') ? [`${group}: late`] : []),
    ...(next === 0 && !members.includes('next') ? [`${group}: next`] : []),
  ]);
}

async function oneCase({ bin, env, end, at, server, folder }) {
  const group = `G${at}`;
  const argsOf = (member) => [
    'security',
    'groups',
    'members',
    'add',
    `--name=${group}`,
    `--member=${member}`,
    `--source=${server.url}`,
    `--timeout=${TIMEOUT_S}`,
  ];
  const own = { ...env, GROUPCTL_STATE_DIR: join(folder, group) };
  const first = run(bin, argsOf('late'), own);
  await server.arrived(group);
  if (end === 'killed') first.child.kill('SIGKILL');
  if (end === 'interrupted twice') {
    first.child.kill('SIGINT');
    await sleep(50);
    first.child.kill('SIGINT');
  }
  const firstCode = await first.code;
  const started = process.hrtime.bigint();
  const nextCode = await run(bin, argsOf('next'), own).code;
  const waitedMs = Number(process.hrtime.bigint() - started) / 1e6;
  await server.quiet(group);
  return { group, first: firstCode, next: nextCode, members: server.members(group), waitedMs };
}

function run(bin, args, env) {
  const child = spawn(process.execPath, [bin, ...args], { env, stdio: 'ignore' });
  const code = new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return { child, code };
}

/** A ProGet whose writes of the member `late` are taken at once and take effect late. */
async function startServer(count) {
  const users = ['late', 'next', 'lchen'].map((name) => ({ name }));
  const groups = new Map(Array.from({ length: count }, (_, at) => [`G${at}`, ['lchen']]));
  const working = new Map();
  const arrivals = new Map();
  const arrived = (group) => {
    if (!arrivals.has(group)) arrivals.set(group, Promise.withResolvers?.() ?? withResolvers());
    return arrivals.get(group);
  };
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (part) => (text += part));
    request.on('end', () => void answer(request, response, text));
  });
  const answer = async ({ url }, response, text) => {
    const send = (body) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(body));
    };
    if (url.endsWith('/users/list')) return send(users);
    if (url.endsWith('/groups/list'))
      return send([...groups].map(([name, members]) => ({ name, users: members })));
    const group = JSON.parse(text);
    if (group.users.includes('late') && !groups.get(group.name).includes('late')) {
      working.set(group.name, (working.get(group.name) ?? 0) + 1);
      arrived(group.name).resolve();
      await sleep(LATE_MS);
      working.set(group.name, working.get(group.name) - 1);
    }
    groups.set(group.name, group.users);
    send(group);
  };
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    arrived: (group) => arrived(group).promise,
    members: (group) => groups.get(group),
    /** Resolves when nothing that was sent can take effect any more. */
    async quiet(group) {
      while ((working.get(group) ?? 0) > 0) await sleep(20);
    },
    close: () => server.closeAllConnections() ?? server.close(),
  };
}

function withResolvers() {
  let resolve;
  const promise = new Promise((done) => (resolve = done));
  return { promise, resolve };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const bin = join(dirname(fileURLToPath(import.meta.url)), '..', 'bin', 'groupctl.js');
  const { CI: _, NODE_EXTRA_CA_CERTS: __, ...env } = process.env;
  const count = Number(process.argv[2] ?? 20);
  for (const end of ENDS) {
    const cases = await lateWrites({ bin, env, count, end });
    const waits = cases.map(({ waitedMs }) => waitedMs).sort((a, b) => a - b);
    const done = cases.filter(({ next }) => next === 0).length;
    const lost = lostMembers(cases);
    console.log(
      `${end}: ${count} runs, ${done} next runs exited 0, ${lost.length} lost; the next run took ${Math.round(waits[0])} to ${Math.round(waits.at(-1))} ms`,
    );
    for (const line of lost) console.log(`  LOST ${line}`);
    if (lost.length > 0 || done < count) process.exitCode = 1;
  }
}
