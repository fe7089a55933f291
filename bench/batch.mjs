// 2,000 adds to the Infisical sandbox without limits, journal on, against a bare undici loop with
// the same number of calls under way, in the same run.
import { performance } from 'node:perf_hooks';
import { Agent } from 'undici';
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
    const times = { ours: [], start: [], bare: [] };
    for (let round = 0; round < ROUNDS; round++) {
      await seed(server.url, names);
      times.ours.push(await timeOnce(process.execPath, addAll(bin, server, names), env));
      times.start.push(
        await timeOnce(process.execPath, addAll(bin, server, names.slice(0, 1)), env),
      );
      await seed(server.url, names);
      times.bare.push(await bareLoop(server, names));
    }
    const rate = (ms) => (MEMBERS / ms) * 1000;
    const ours = rate(median(times.ours) - median(times.start));
    const whole = rate(median(times.ours));
    const bare = rate(median(times.bare));
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

async function bareLoop(server, names) {
  const agent = new Agent();
  const headers = { authorization: `Bearer ${server.apiKey}` };
  const call = async (method, path) => {
    const { body, statusCode } = await agent.request({ origin: server.url, method, path, headers });
    const text = await body.text();
    if (statusCode !== 200) throw new Error(`${statusCode} ${text}`);
    return JSON.parse(text);
  };
  const groups = await call('GET', '/api/v1/groups');
  const { id } = groups.find(({ name }) => name === 'Everybody');
  const started = performance.now();
  const left = names.values();
  await Promise.all(
    Array.from({ length: CONCURRENCY }, async () => {
      for (const name of left) {
        await call('POST', `/api/v1/groups/${id}/users/${encodeURIComponent(name)}`);
      }
    }),
  );
  const took = performance.now() - started;
  await agent.close();
  return took;
}
