import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SandboxKind } from '../../src/sandbox/server.ts';
import { cli } from '../helpers/cli.ts';
import { FuzzClock } from './clock.ts';
import { anyCommand, anyOutput } from './commands.ts';
import { anyLogin, company, routesOf } from './company.ts';
import { fallSilent, mutate, type Mutated } from './mutate.ts';
import { Random } from './random.ts';
import { broken, type Ran } from './rules.ts';
import { type Exchange, FuzzServer } from './server.ts';
import type { Wire } from './wire.ts';

/**
 * The whole program against servers that answer oddly: whatever comes, it does not crash, wait
 * without end, print a key, or write a list that lacks somebody. A seed makes every answer.
 */

/** Odd answers for each kind of server and seed. */
const ANSWERS = 300;
/** The waits that a run may make, and the time after which it is taken to hang; milliseconds. */
const WAITS = 2000;
const HANGS_MS = 60_000;
/** Runs whose server falls silent, and how long they wait for it; seconds. */
const SILENT = 0.015;
const TIMEOUT_S = 0.3;

const given = process.env['GROUPCTL_FUZZ_SEED'];
const RANDOM_SEED = Math.floor(Math.random() * 1e9);
const SEEDS = given === undefined || given === '' ? [1, RANDOM_SEED] : [Number(given)];

describe.each(SEEDS)('odd answers, GROUPCTL_FUZZ_SEED=%i', (seed) => {
  const server = new FuzzServer();
  beforeAll(() => server.listen());
  afterAll(() => server.close());

  it.each(['proget', 'infisical'] as const)(
    '%s: no crash, no endless wait, no key shown, no member lost',
    async (kind) => {
      let answers = 0;
      for (let at = 0; answers < ANSWERS; at++) {
        const ran = await run(kind, seed, at, server);
        answers += ran.exchanges.filter(({ what }) => what !== undefined).length;
        const faults = broken(ran);
        expect(faults, faults.length === 0 ? '' : report(ran, seed, at)).toEqual([]);
      }
    },
    600_000,
  );
});

/** One command against one series of answers, which depend on the seed and the number alone. */
async function run(kind: SandboxKind, seed: number, at: number, server: FuzzServer): Promise<Ran> {
  const random = new Random(seed, kind, at);
  const command = anyCommand(random, kind);
  const output = anyOutput(random);
  const login = anyLogin(kind, random);
  const isSilent = random.chance(SILENT);
  const clock = new FuzzClock(WAITS);
  const user = cli();
  const source = [`--url=${server.url}`, `--kind=${kind}`, ...login.words];
  if (command.words[0] === 'sources') await user.run(['sources', 'add', ...source]);
  const exchanges = server.begin({
    state: company(random),
    routes: routesOf(kind, random, clock.now),
    context: { apiKey: login.apiKey, dialect: random.chance(0.1) ? 'add' : 'update' },
    now: clock.now,
    mutate: plan(seed, kind, at, login.secrets, isSilent),
  });
  const toServer = [`--source=${server.url}`, `--kind=${kind}`, ...login.words];
  const words = [
    ...command.words,
    ...(command.words[0] === 'sources' ? [] : toServer),
    ...output.words,
    ...(isSilent ? [`--timeout=${TIMEOUT_S}`] : []),
  ];
  const { stdin } = command;
  const running = user.run(words, {
    clock,
    tty: output.tty && stdin === undefined,
    ...(stdin === undefined ? {} : { stdin }),
  });
  const result = await Promise.race([running, hang()]);
  if (result === undefined) {
    throw new Error(`It hangs.\n${described({ words, exchanges, clock }, seed, kind, at)}`);
  }
  return {
    kind,
    words,
    tty: output.tty && stdin === undefined,
    asked: command.asked,
    secrets: login.secrets,
    result,
    exchanges,
    clock,
    home: [user.state],
  };
}

/** Which answers are odd, and how: a few of all, or those to one call, the same each time. */
function plan(
  seed: number,
  kind: SandboxKind,
  at: number,
  secrets: readonly string[],
  isSilent: boolean,
): (exchange: Exchange, right: Wire) => Mutated | undefined {
  const random = new Random(seed, kind, at, 'plan');
  const share = random.pick([0.3, 0.6, 1]);
  const isLasting = random.chance(0.2);
  let left = random.pick([1, 2, 4]);
  let lasting: string | undefined;
  const counts = new Map<string, number>();
  return ({ method, path }, right) => {
    // What is done to an answer does not depend on which of several calls at once comes first.
    const call = `${method} ${path}`;
    const count = (counts.get(call) ?? 0) + 1;
    counts.set(call, isLasting ? 0 : count);
    const own = new Random(seed, kind, at, call, count);
    const isOdd = own.chance(share);
    if (isLasting ? call !== (lasting ??= isOdd ? call : undefined) : left === 0 || !isOdd)
      return undefined;
    left--;
    return isSilent ? fallSilent(right, own) : mutate(right, { random: own, secrets });
  };
}

async function hang(): Promise<undefined> {
  return await new Promise((resolve) => {
    setTimeout(() => resolve(undefined), HANGS_MS).unref();
  });
}

function report(ran: Ran, seed: number, at: number): string {
  const { code, stdout, stderr } = ran.result;
  const shown = [`exit ${code}`, `stdout: ${cut(stdout)}`, `stderr: ${cut(stderr)}`].join('\n');
  return `${described(ran, seed, ran.kind, at)}\n${shown}\n`;
}

function described(
  { words, exchanges, clock }: Pick<Ran, 'words' | 'exchanges' | 'clock'>,
  seed: number,
  kind: SandboxKind,
  at: number,
): string {
  const calls = exchanges.map(({ method, path, body, what, wire }) =>
    [
      `  ${method} ${path}${body === '' ? '' : ` ${cut(body)}`}`,
      `    ${wire?.status ?? 'no answer'}${what === undefined ? '' : ` (${what}) ${cut(String(wire?.body))}`}`,
    ].join('\n'),
  );
  const more = calls.length - MOST_SHOWN;
  const shown = more > 0 ? [...calls.slice(0, MOST_SHOWN), `  and ${more} more`] : calls;
  const which = `run ${at} of ${kind}, GROUPCTL_FUZZ_SEED=${seed}`;
  return [`${which}: groupctl ${words.join(' ')}`, ...shown, `waited ${clock.waited} ms`].join(
    '\n',
  );
}

/** Exchanges and characters that a message shows. */
const MOST_SHOWN = 20;
const MOST_CHARACTERS = 600;

function cut(text: string): string {
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}
