// 2,000 adds to the Infisical sandbox without limits, journal on, against a bare undici loop with
// the same number of calls under way, in the same run. Both are processes that have just started. Ours
// is less the time that it takes for one member; the bare loop times itself, from the first add to the
// last. (Its process less one for one member would come out too fast by 0.2 s: after a single call V8
// is still optimizing undici's parser, and the process waits for that before it exits.)
import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { median, timeOnce } from './ratio.mjs';
import { report } from './report.mjs';
import { patchSandbox, serveSandbox } from './sandbox.mjs';

const MEMBERS = 2000;
const CONCURRENCY = 8;
const ROUNDS = 5;
const BAR_PERCENT = 80;

/** Measures, prints, and says whether the bar is met. */
export async function batchRate(bin, env) {
  const names = Array.from({ length: MEMBERS }, (_, at) => `bench${at}@corp.test`);
  const server = await serveSandbox(bin, env, ['--kind=infisical']);
  try {
    const times = { ours: [], start: [], bare: [] };
    const timed = async (into, args) => {
      await seed(server.url, names);
      into.push(await timeOnce(process.execPath, args, env));
    };
    for (let round = 0; round < ROUNDS; round++) {
      await timed(times.ours, addAll(bin, server, names));
      await seed(server.url, names);
      times.bare.push(await bareTime(server, names, env));
      await timed(times.start, addAll(bin, server, names.slice(0, 1)));
    }
    const rate = (ms) => (MEMBERS / ms) * 1000;
    const ours = rate(median(times.ours) - median(times.start));
    const whole = rate(median(times.ours));
    const bare = rate(median(times.bare));
    const share = ours / bare;
    const percent = share * 100;
    return report(
      '2,000 adds on Infisical',
      { perSecond: ours, wholePerSecond: whole, barePerSecond: bare, percent },
      `2,000 adds   ${ours.toFixed(0)}/s (with the start ${whole.toFixed(0)}/s), bare loop ${bare.toFixed(0)}/s: ${percent.toFixed(0)} %`,
      { of: 'percent', least: BAR_PERCENT, unit: ' %' },
    );
  } finally {
    server.stop();
  }
}

async function seed(url, names) {
  const users = names.map((username, at) => ({ username, firstName: `First${at}` }));
  await patchSandbox(url, { infisical: { users, groups: [{ name: 'Everybody', members: [] }] } });
}

const bareLoop = join(dirname(fileURLToPath(import.meta.url)), 'bare-loop.mjs');

/** Milliseconds that the bare loop took, by its own clock. */
async function bareTime(server, names, env) {
  const args = [bareLoop, server.url, server.apiKey, String(CONCURRENCY), ...names];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  return Number(stdout);
}

function addAll(bin, server, names) {
  return [
    bin,
    'security',
    'groups',
    'members',
    'add',
    '--name=Everybody',
    ...names.map((name) => `--member=${name}`),
    `--source=${server.url}`,
    '--kind=infisical',
    `--api-key=${server.apiKey}`,
    '--quiet',
  ];
}
