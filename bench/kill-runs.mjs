// Runs of `members add|sync|remove --file` that are killed (SIGKILL) at random moments, gone on with
// by `resume`, and held against what the server got. Shared by bench/kill.mjs and the e2e test.
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { argsOf, casesOf, GROUP, PEOPLE, randomFrom, textOf, wantedOf } from './kill-cases.mjs';
import { median } from './ratio.mjs';
import { clearRequests, patchSandbox, requestsOf, serveSandbox, setFaults } from './sandbox.mjs';

/** What the journal may say of a row, and what is so on the server then. */
const STATES = new Set(['done', 'in-doubt', 'untouched']);

/**
 * Kills `runs` runs and brings each to its end.
 *
 * @returns what was seen; `violations` has a line for each thing that must not be
 */
export async function killRuns({ bin, env, folder, runs, seed, latencies = [0, 4, 25], say }) {
  const server = await serveSandbox(bin, env, ['--kind=infisical']);
  try {
    const users = PEOPLE.map((username, at) => ({ username, firstName: `First${at}` }));
    await patchSandbox(server.url, { infisical: { users } });
    const config = join(folder, 'config');
    const base = { ...env, GROUPCTL_CONFIG_DIR: config };
    const added = await runProcess(
      bin,
      ['sources', 'add', `--url=${server.url}`, '--kind=infisical', `--api-key=${server.apiKey}`],
      { ...base, GROUPCTL_STATE_DIR: join(folder, 'state') },
    );
    if (added.code !== 0) throw new Error(added.stderr);
    return await new KillTest({ bin, env: base, folder, server, say }).go(runs, seed, latencies);
  } finally {
    server.stop();
  }
}

class KillTest {
  #o;
  /** Of a whole run, by verb and latency: { total, journal } in milliseconds. */
  #lengths = new Map();
  #groupId = '';
  #seen = { killed: 0, ended: 0, resumesKilled: 0, noJournal: 0, noPlan: 0, cutShort: 0, calls: 0 };
  #rows = { onServer: [], done: [], inDoubt: [] };
  #violations = [];

  constructor(options) {
    this.#o = options;
  }

  async go(runs, seed, latencies) {
    const random = randomFrom(seed);
    for (const [at, one] of casesOf(runs, random, latencies).entries()) {
      const state = join(this.#o.folder, `run-${at}`);
      await this.#case({ ...one, at, state, moves: [] });
      rmSync(state, { recursive: true, force: true });
      if ((at + 1) % 20 === 0) this.#o.say?.(`${at + 1} of ${runs} runs`);
    }
    return {
      runs,
      seed,
      ...this.#seen,
      onServer: spread(this.#rows.onServer),
      journalDone: spread(this.#rows.done),
      journalInDoubt: spread(this.#rows.inDoubt),
      violations: this.#violations,
    };
  }

  async #case(one) {
    await this.#begin(one);
    const { total, journal } = await this.#lengthOf(one);
    const { of, share } = one.moment;
    const moment =
      of === 'process' ? { after: share * total } : { sinceJournal: share * (total - journal) };
    let next = { args: argsOf(one, join(one.state, 'members')) };
    const kills = [moment, ...one.again.map((part) => ({ after: part * total }))];
    for (const [at, kill] of kills.entries()) {
      const ended = await this.#phase(one, next, kill);
      if (at === 0) this.#seen[ended.killed ? 'killed' : 'ended']++;
      else if (ended.killed) this.#seen.resumesKilled++;
      next = await this.#after(one, next, at === 0 && ended.killed);
    }
    const last = await this.#phase(one, next);
    if (last.code !== 0) this.#violate(one, `${next.args[0]} exited ${last.code}: ${last.stderr}`);
    await this.#atTheEnd(one);
  }

  async #begin({ state, before, latencyMs, asked, format }) {
    mkdirSync(state, { recursive: true, mode: 0o700 });
    writeFileSync(join(state, 'members'), textOf({ asked, format }));
    const { url } = this.#o.server;
    await patchSandbox(url, { infisical: { groups: [{ name: GROUP, members: before }] } });
    const slow = ['POST', 'DELETE'].map((method) => ({
      method,
      path: '/users/',
      latencyMs,
      times: 0,
    }));
    await setFaults(url, latencyMs === 0 ? [] : slow);
    await clearRequests(url);
    this.#groupId ||= (await this.#api('/api/v1/groups')).find(({ name }) => name === GROUP).id;
  }

  /** How long this kind of run takes when it is left alone; the group is put back afterwards. */
  async #lengthOf(one) {
    const key = `${one.verb} ${one.latencyMs}`;
    const known = this.#lengths.get(key);
    if (known !== undefined) return known;
    const calm = { ...one, state: `${one.state}-calm` };
    await this.#begin(calm);
    const started = performance.now();
    let journal = 0;
    const args = argsOf(calm, join(calm.state, 'members'));
    const process = this.#start(calm, args);
    void untilJournal(calm.state, process).then(() => (journal = performance.now() - started));
    const { code, stderr } = await process.finished;
    const length = { total: performance.now() - started, journal };
    if (code !== 0) throw new Error(`${args.join(' ')} exited ${code}: ${stderr}`);
    rmSync(calm.state, { recursive: true, force: true });
    this.#lengths.set(key, length);
    await this.#begin(one);
    return length;
  }

  /** One process, killed or not; what it sent must not be what was already so. */
  async #phase(one, { args }, kill) {
    const members = new Set(await this.#members());
    const sentBefore = (await this.#calls()).length;
    const runsBefore = new Set(runFiles(one.state));
    const process = this.#start(one, args);
    if (kill !== undefined) {
      if (kill.after !== undefined) await Promise.race([sleep(kill.after), process.finished]);
      else {
        await untilJournal(one.state, process);
        await Promise.race([sleep(kill.sinceJournal), process.finished]);
      }
      process.child.kill('SIGKILL');
    }
    const ended = await process.finished;
    if (!one.atOnce || kill === undefined) await this.#quiet();
    const calls = (await this.#calls()).slice(sentBefore);
    const [run, ...others] = runFiles(one.state).filter((file) => !runsBefore.has(file));
    if (others.length > 0)
      this.#violate(one, `${args[0]}: ${others.length + 1} journals of one run`);
    one.moves.push({ args, kill, ...ended, run, calls, members });
    for (const { method, name } of calls) {
      if (members.has(name) === (method === 'POST')) {
        this.#violate(one, `${args[0]}: ${method} ${name} though it was so before`);
      }
    }
    if (run === undefined && calls.length > 0) {
      this.#violate(one, `${args[0]}: ${calls.length} calls and no journal`);
    }
    return ended;
  }

  /** What the journal says after a kill, held against the server; how to go on. */
  async #after(one, tried, counts) {
    const members = new Set(await this.#members());
    const [list, shown] = await Promise.all([
      this.#read(one, ['history', '--json']),
      runFiles(one.state).length === 0
        ? undefined
        : this.#read(one, ['history', 'show', 'latest', '--json']),
    ]);
    const newest = list?.[0];
    const files = runFiles(one.state);
    if (list?.length !== files.length)
      this.#violate(one, `history lists ${list?.length} of ${files.length}`);
    if (counts) this.#count(one, members);
    if (newest === undefined) {
      if (counts) this.#seen.noJournal++;
      const { code } = await runProcess(this.#o.bin, ['history', 'show', 'latest'], this.#env(one));
      if (code !== 4) this.#violate(one, `history show latest without a run exited ${code}`);
      return tried;
    }
    if (shown === undefined) return tried;
    if (shown.cutShort) this.#seen.cutShort++;
    const move = one.moves.findLast(({ run }) => run === `${shown.run}.jsonl`);
    if (newest.run !== shown.run || move === undefined) {
      this.#violate(one, `latest is ${shown.run}, and history begins with ${newest.run}`);
      return tried;
    }
    if (shown.noPlan) {
      this.#seen.noPlan++;
      return await this.#withoutPlan(one, move, tried);
    }
    this.#claims(one, shown, move.calls, members, counts);
    return { args: ['resume', 'latest', '--json'] };
  }

  async #withoutPlan(one, move, tried) {
    if (move.calls.length > 0) this.#violate(one, `no plan, and ${move.calls.length} calls`);
    const { code, stderr } = await runProcess(
      this.#o.bin,
      ['resume', 'latest', '--json'],
      this.#env(one),
    );
    if (code !== 2 || !stderr.includes('"no-plan"')) {
      this.#violate(one, `resume of a run without a plan exited ${code}: ${stderr}`);
    }
    const earlier = one.moves.findLast(({ run }) => run !== undefined && run !== move.run);
    if (earlier === undefined) return tried;
    return { args: ['resume', earlier.run.replace('.jsonl', ''), '--json'] };
  }

  /** Each row's state against the server. */
  #claims(one, shown, calls, members, counts) {
    const sent = new Set(calls.map(({ name }) => name));
    const states = { done: 0, 'in-doubt': 0, untouched: 0 };
    for (const { member, op, state, sent: saysSent } of shown.rows) {
      states[state] = (states[state] ?? 0) + 1;
      const isSo = members.has(member) === (op === 'add');
      if (!STATES.has(state)) this.#violate(one, `${member} is ${state}`);
      if (state === 'done' && !isSo) this.#violate(one, `${op} ${member} is said to be done`);
      if (state === 'untouched' && sent.has(member))
        this.#violate(one, `${member} is said untouched`);
      if (sent.has(member) && !saysSent) this.#violate(one, `${member} was sent without an intent`);
    }
    const known = new Set(shown.rows.map(({ member }) => member));
    for (const name of sent) if (!known.has(name)) this.#violate(one, `${name} is in no row`);
    if (shown.resumes === undefined && one.asked.some((name) => !known.has(name))) {
      this.#violate(one, 'the plan lacks rows');
    }
    if (shown.state === 'finished' && (states['in-doubt'] > 0 || states.untouched > 0)) {
      this.#violate(one, 'finished with rows that are not');
    }
    if (!counts) return;
    this.#rows.done.push(states.done);
    this.#rows.inDoubt.push(states['in-doubt']);
  }

  #count({ before, ...one }, members) {
    const was = new Set(before);
    const todo = wantedOf({ before, ...one });
    const changed = todo.filter((name) => !was.has(name) && members.has(name)).length;
    this.#rows.onServer.push(changed + before.filter((name) => !members.has(name)).length);
  }

  async #atTheEnd(one) {
    const members = await this.#members();
    const wanted = wantedOf(one);
    const lacks = wanted.filter((name) => !members.includes(name));
    const extra = members.filter((name) => !wanted.includes(name));
    if (lacks.length + extra.length > 0) this.#violate(one, `lacks ${lacks}; has besides ${extra}`);
    if (new Set(members).size !== members.length) this.#violate(one, 'somebody is in it twice');
    const effective = new Map();
    const calls = await this.#calls();
    this.#seen.calls += calls.length;
    for (const { method, name, status } of calls) {
      if (status !== 200) continue;
      effective.set(name, (effective.get(name) ?? 0) + 1);
      if (effective.get(name) > 1) this.#violate(one, `${method} ${name} took effect twice`);
    }
    const last = one.moves.at(-1);
    if (last.run === undefined) return;
    const shown = await this.#read(one, ['history', 'show', 'latest', '--json']);
    const open = shown?.rows.filter(({ state }) => state !== 'done') ?? [];
    if (shown?.exit !== 0 || open.length > 0)
      this.#violate(one, `the end is not: ${JSON.stringify(open)}`);
  }

  #violate(one, what) {
    const { at, verb, moment, latencyMs, atOnce, moves } = one;
    const path = moves.map(
      ({ args, kill, code }) => `${args.slice(0, 4).join(' ')} ${JSON.stringify(kill)} -> ${code}`,
    );
    this.#violations.push(
      `run ${at} (${verb}, ${JSON.stringify(moment)}, latency ${latencyMs}, at once ${atOnce}; ${path.join('; ')}): ${what}`,
    );
  }

  #env({ state }) {
    return { ...this.#o.env, GROUPCTL_STATE_DIR: state };
  }

  #start(one, args) {
    return startProcess(this.#o.bin, args, this.#env(one));
  }

  /** The JSON that a reading command prints. */
  async #read(one, args) {
    const { code, stdout, stderr } = await this.#start(one, args).finished;
    if (code === 0 && stderr === '') return JSON.parse(stdout);
    this.#violate(one, `${args.join(' ')} exited ${code}: ${stderr}`);
    return undefined;
  }

  /** Waits until the server has nothing left to do for whoever was killed. */
  async #quiet() {
    for (let calm = 0; calm < 2;) {
      await sleep(3);
      const busy = (await this.#calls()).some(({ status }) => status === 0);
      calm = busy ? 0 : calm + 1;
    }
  }

  /** Every add and remove that the server was sent since the case began, in order. */
  async #calls() {
    const log = await requestsOf(this.#o.server.url);
    return log
      .filter(({ method }) => method === 'POST' || method === 'DELETE')
      .map(({ method, path, status }) => ({
        method,
        status,
        name: decodeURIComponent(path.slice(path.lastIndexOf('/') + 1)),
      }));
  }

  async #members() {
    const query = 'limit=100&offset=0&filter=existingMembers';
    const { users } = await this.#api(`/api/v1/groups/${this.#groupId}/users?${query}`);
    return users.map(({ username }) => username).sort();
  }

  async #api(path) {
    const { url, apiKey } = this.#o.server;
    const response = await fetch(url + path, { headers: { authorization: `Bearer ${apiKey}` } });
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return await response.json();
  }
}

function startProcess(bin, args, env) {
  const child = spawn(process.execPath, [bin, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
  const finished = new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) =>
      resolve({ code, killed: signal === 'SIGKILL', stdout, stderr }),
    );
  });
  return { child, finished };
}

function runProcess(bin, args, env) {
  return startProcess(bin, args, env).finished;
}

/** Waits until there is a journal, or the process has ended without one. */
async function untilJournal(state, { finished }) {
  let ended = false;
  void finished.then(() => (ended = true));
  while (!ended && runFiles(state).length === 0) await sleep(1);
}

function runFiles(state) {
  try {
    // What is not begun to the end is no run yet: nothing was sent.
    return readdirSync(join(state, 'runs'))
      .filter((file) => file.endsWith('.jsonl'))
      .sort();
  } catch {
    return [];
  }
}

function spread(values) {
  if (values.length === 0) return { min: 0, median: 0, max: 0 };
  return { min: Math.min(...values), median: median(values), max: Math.max(...values) };
}
