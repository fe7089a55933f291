// 2,000 adds to the Infisical sandbox without limits, journal on, against a bare undici loop with
// the same number of calls under way, in the same run. Both are processes that have just started, and
// both are less the time that they take for one member: their start, and our few other reads.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median, timeOnce } from './ratio.mjs';
import { patchSandbox, serveSandbox } from './sandbox.mjs';

const MEMBERS = 2000;
const CONCURRENCY = 8;
const ROUNDS = 3;
const BAR = 0.6;

/** Measures, prints, and says whether the bar is met. */
export async function batchRate(bin, env) {
  const names = Array.from({ length: MEMBERS }, (_, at) => `bench${at}@corp.test`);
  const server = await serveSandbox(bin, env, ['--kind=infisical']);
  try {
    const times = { ours: [], start: [], bare: [], bareStart: [] };
    const timed = async (into, args) => {
      await seed(server.url, names);
      into.push(await timeOnce(process.execPath, args, env));
    };
    for (let round = 0; round < ROUNDS; round++) {
      await timed(times.ours, addAll(bin, server, names));
      await timed(times.bare, bareAll(server, names));
      await timed(times.start, addAll(bin, server, names.slice(0, 1)));
      await timed(times.bareStart, bareAll(server, names.slice(0, 1)));
    }
    const rate = (ms) => (MEMBERS / ms) * 1000;
    const ours = rate(median(times.ours) - median(times.start));
    const whole = rate(median(times.ours));
    const bare = rate(median(times.bare) - median(times.bareStart));
    const share = ours / bare;
    const met = share >= BAR;
    console.log(
      `2,000 adds   ${ours.toFixed(0)}/s (with the start ${whole.toFixed(0)}/s), bare loop ${bare.toFixed(0)}/s: ` +
        `${(share * 100).toFixed(0)} %  ${met ? '(at least' : 'UNDER'} ${BAR * 100} %${met ? ')' : ''}`,
    );
    return met;
  } finally {
    server.stop();
  }
}

async function seed(url, names) {
  const users = names.map((username, at) => ({ username, firstName: `First${at}` }));
  await patchSandbox(url, { infisical: { users, groups: [{ name: 'Everybody', members: [] }] } });
}

const bareLoop = join(dirname(fileURLToPath(import.meta.url)), 'bare-loop.mjs');

function bareAll(server, names) {
  return [bareLoop, server.url, server.apiKey, String(CONCURRENCY), ...names];
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
