// 10,000 users into one ProGet group: how many exchanges, and how long against curl.
//
// What is compared: the tool's 10,000 adds less its own add of one member, with what `curl` takes for
// a GET of groups/list and a POST of groups/update with the same body, less `curl --version`. Both
// differences leave out the start of a process. curl is one process with one connection, reads the
// body from a file, and checks nothing. The tool besides reads the file, asks who exists (a list of
// 10,000 users, which the add of one member on the same server asks for as well), merges, keeps a
// journal, reads back, and prints 10,000 lines. By turns, on the same sandbox; medians.
//
// The sandbox answers at once, as no server does that keeps what it is told. So it is measured once
// more with a wait before each answer; that one is for information, the bar is for the first.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { benchEnv, median, timeOnce } from './ratio.mjs';
import { clearRequests, patchSandbox, requestsOf, serveSandbox, setFaults } from './sandbox.mjs';

const MEMBERS = 10_000;
const ROUNDS = Number(process.env.BENCH_BULK_ROUNDS ?? 11);
const MOST_EXCHANGES = 4;
const BAR = 3;
const LATENCY_MS = 20;
const GROUP = 'Bulk';

/** Measures, prints, and says whether the bars are met. */
export async function bulkAdd(bin, env) {
  const folder = mkdtempSync(join(tmpdir(), 'groupctl-bulk-'));
  const server = await serveSandbox(bin, env);
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
    const curl = ['curl', curlArgs(server, body)];

    await begin();
    await clearRequests(server.url);
    await timeOnce(...add(`--file=${file}`), env);
    const exchanges = (await requestsOf(server.url)).length;

    const cases = {
      all: add(`--file=${file}`),
      one: add(`--member=${names[0]}`),
      curl,
      start: ['curl', ['--version']],
    };
    const atOnce = await byTurns(cases, begin, env);
    await setFaults(server.url, [{ times: 0, latencyMs: LATENCY_MS }]);
    const later = await byTurns(cases, begin, env);
    console.log(
      `10,000 adds  with ${LATENCY_MS} ms before each answer: ${told(later)} (for information)`,
    );
    return report(exchanges, atOnce);
  } finally {
    server.stop();
    rmSync(folder, { recursive: true, force: true });
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

function told({ ours, theirs, whole }) {
  const ratio = (ours / theirs).toFixed(2);
  return `${ours.toFixed(1)} ms beyond one (${whole.toFixed(0)} ms whole), curl ${theirs.toFixed(1)} ms: ${ratio}x`;
}

function report(exchanges, times) {
  const few = exchanges <= MOST_EXCHANGES;
  const fast = times.ours / times.theirs <= BAR;
  console.log(
    `10,000 adds  ${exchanges} exchanges  ${few ? '(at most' : 'OVER'} ${MOST_EXCHANGES}${few ? ')' : ''}`,
  );
  console.log(
    `10,000 adds  ${told(times)}  ${fast ? '(at most' : 'OVER'} ${BAR}x${fast ? ')' : ''}`,
  );
  return few && fast;
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
