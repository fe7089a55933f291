// 10,000 users into one ProGet group: how many exchanges, and how long against curl.
//
// What is compared: the tool's 10,000 adds less its own add of one member, with what `curl` takes for
// a GET of groups/list and a POST of groups/update with the same body, less `curl --version`. Both
// differences leave out the start of a process. curl is one process with one connection, reads the
// body from a file, and checks nothing. The tool besides reads the file, asks who exists (a list of
// 10,000 users, which the add of one member on the same server asks for as well), merges, keeps a
// journal, reads back, and prints 10,000 lines. By turns, on the same sandbox; medians.
//
// The bar is for a sandbox that keeps nothing and answers at once. Two more are measured for information:
// the sandbox as it is served by default, with its state in a file, and one that waits before each answer.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { benchEnv, median, timeOnce } from './ratio.mjs';
import { report } from './report.mjs';
import { clearRequests, patchSandbox, requestsOf, serveSandbox, setFaults } from './sandbox.mjs';

const MEMBERS = 10_000;
const ROUNDS = Number(process.env.BENCH_BULK_ROUNDS ?? 11);
const MOST_EXCHANGES = 4;
/** Beyond the add of one. */
const BAR_MS = 40;
const LATENCY_MS = 20;
const GROUP = 'Bulk';

/** Measures, prints, and says whether the bars are met. */
export async function bulkAdd(bin, env) {
  const folder = mkdtempSync(join(tmpdir(), 'groupctl-bulk-'));
  try {
    const inMemory = await onServer({ bin, env, folder });
    const onDisk = await onServer({ bin, env, folder, onDisk: true });
    const later = await onServer({ bin, env, folder, latencyMs: LATENCY_MS });
    const { exchanges } = inMemory;
    const isMet = [
      report('10,000 adds, exchanges', { exchanges }, `10,000 adds  ${exchanges} exchanges`, {
        of: 'exchanges',
        most: MOST_EXCHANGES,
      }),
      report('10,000 adds', figures(inMemory), `10,000 adds  ${told(inMemory)}`, {
        of: 'beyondOneMs',
        most: BAR_MS,
        unit: ' ms',
      }),
    ];
    const file = `10,000 adds  with the state in a file: ${told(onDisk)}`;
    report('10,000 adds, state in a file', figures(onDisk), file);
    const slow = `10,000 adds  ${LATENCY_MS} ms before each answer: ${told(later)}`;
    report(`10,000 adds, ${LATENCY_MS} ms before each answer`, figures(later), slow);
    return isMet.every(Boolean);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function onServer({ bin, env, folder, onDisk = false, latencyMs = 0 }) {
  const server = await serveSandbox(bin, env, [], { onDisk });
  try {
    const names = Array.from({ length: MEMBERS }, (_, at) => `bulk.user${at}`);
    const users = names.map((name) => ({ name, displayName: null, email: null }));
    await patchSandbox(server.url, { proget: { users } });
    const begin = () =>
      patchSandbox(server.url, { proget: { groups: [{ name: GROUP, users: [] }] } });
    const file = join(folder, 'team.txt');
    writeFileSync(file, `${names.join('\n')}\n`);
    const body = join(folder, 'body.json');
    writeFileSync(body, JSON.stringify({ name: GROUP, users: names }));
    const add = (...who) => [process.execPath, addArgs(bin, server, who)];
    await begin();
    await clearRequests(server.url);
    await timeOnce(...add(`--file=${file}`), env);
    const exchanges = (await requestsOf(server.url)).length;
    if (latencyMs > 0) await setFaults(server.url, [{ times: 0, latencyMs }]);
    const cases = {
      all: add(`--file=${file}`),
      one: add(`--member=${names[0]}`),
      curl: ['curl', curlArgs(server, body)],
      start: ['curl', ['--version']],
    };
    return { exchanges, ...(await byTurns(cases, begin, env)) };
  } finally {
    server.stop();
  }
}

/** Medians in milliseconds: what ours and theirs take beyond a start, and ours in all. */
async function byTurns(cases, begin, env) {
  const times = { all: [], one: [], curl: [], start: [] };
  for (let round = -1; round < ROUNDS; round++) {
    for (const [name, [command, args]] of Object.entries(cases)) {
      await begin();
      const took = await timeOnce(command, args, env);
      // The first round warms the disk cache and the server.
      if (round >= 0) times[name].push(took);
    }
  }
  return {
    ours: median(times.all) - median(times.one),
    theirs: median(times.curl) - median(times.start),
    whole: median(times.all),
  };
}

function figures({ ours, theirs, whole }) {
  return { beyondOneMs: ours, curlMs: theirs, wholeMs: whole, ratio: ours / theirs };
}

function told({ ours, theirs, whole }) {
  const ratio = (ours / theirs).toFixed(2);
  return `${ours.toFixed(1)} ms beyond one (${whole.toFixed(0)} ms whole), curl ${theirs.toFixed(1)} ms: ${ratio}x`;
}

function addArgs(bin, { url, apiKey }, who) {
  const at = [`--source=${url}`, `--api-key=${apiKey}`];
  return [bin, 'security', 'groups', 'members', 'add', `--name=${GROUP}`, ...who, ...at];
}

function curlArgs({ url, apiKey }, body) {
  const common = ['--silent', '--show-error', '--fail', '--output', '/dev/null'];
  const key = ['--header', `X-ApiKey: ${apiKey}`];
  const list = [`${url}/api/security/groups/list`, ...common, ...key];
  const type = ['--header', 'Content-Type: application/json'];
  const update = [`${url}/api/security/groups/update`, '--data-binary', `@${body}`, ...type];
  return [...list, '--next', ...update, ...common, ...key];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const here = join(dirname(fileURLToPath(import.meta.url)), '..', 'bin', 'groupctl.js');
  const home = mkdtempSync(join(tmpdir(), 'groupctl-bench-'));
  const env = benchEnv({
    GROUPCTL_CONFIG_DIR: join(home, 'config'),
    GROUPCTL_STATE_DIR: join(home, 'state'),
  });
  const met = await bulkAdd(process.env.BENCH_BIN ?? here, env);
  rmSync(home, { recursive: true, force: true });
  process.exitCode = met ? 0 : 1;
}
