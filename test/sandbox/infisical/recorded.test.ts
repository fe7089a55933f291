import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OldReplay, pad, unrecorded } from './recorded-between.ts';
import { type Exchange, recordedState, recordedTokens, recordings } from './recorded-company.ts';
import { isRecord, type Reply } from './recorded-replay.ts';

/**
 * What the sandbox does not answer as the recorded server did, on purpose: all of it is about
 * running an organization, which groupctl has no call for. What later exchanges need of it is put
 * into the state instead.
 */
const LEFT_OUT: Readonly<Record<string, string>> = {
  'org-groups.list.identity': 'the groups once more, as the web pages read them',
  'org-groups.list.jwt': 'the groups once more, as the web pages read them',
  'org-groups.custom-role.jwt': 'the groups once more, as the web pages read them',
  'role.create-custom': 'makes a role; the state has it from the start',
  'ua.patch-ttl2-max5': 'changes a login client; the state is changed instead',
  'ua.patch-uses3': 'changes a login client; the state is changed instead',
  'ua.patch-trusted-ips': 'changes a login client; the state is changed instead',
  'org.memberships.v2.admin': 'who is in the organization, of another API version',
  'org.memberships.v2.member': 'who is in the organization, of another API version',
  'org.memberships.v2.none': 'who is in the organization, of another API version',
  'org.memberships.v2.jwt': 'who is in the organization, of another API version',
  'org.users.v1': 'who is in the organization, of another API version',
};

/** The lists that show a user once for each of the equal adds that got through. */
const AFTER_EQUAL_ADDS = /^concurrency\.20-same\.list-(all-)?after\b(?!-remove)/;

/** The order of rows of one first name is the database's own: here only the shape is held. */
const OTHER_ROWS = /^paging\.|^unlicensed.*list-users$|list-all-after$/;

const exchanges = recordings('infisical-2024-10.jsonl');
const folder = await mkdtemp(join(tmpdir(), 'groupctl-recorded-'));
/** By how many rows fewer than on the recorded server. */
let fewerRows = 0;
const replay = new OldReplay(join(folder, 'sandbox.json'), exchanges, {
  generation: '2024-10',
  state: recordedState(),
  tokens: recordedTokens(),
});
const before = unrecorded(replay, exchanges);

/** Tokens of recorded logins that later exchanges use. */
const TOKENS: Readonly<Record<string, string>> = {
  'login.short-ttl': 'shortttl',
  'login.uses-limit-3': 'uses3',
};

beforeAll(async () => {
  await replay.start();
  await replay.users(1);
  await replay.clients({});
});

afterAll(async () => {
  await replay.close();
  await rm(folder, { recursive: true, force: true });
});

test('every recording is here, and nothing is left out that is not there', () => {
  expect(exchanges).toHaveLength(369);
  const names = new Set(exchanges.map(({ name }) => name));
  for (const name of [...Object.keys(LEFT_OUT), ...Object.keys(before)]) {
    expect(names).toContain(name);
  }
});

describe('answers as the recorded server did', () => {
  for (const exchange of exchanges) {
    if (Object.hasOwn(LEFT_OUT, exchange.name)) continue;
    test(exchange.name, async () => {
      await before[exchange.name]?.();
      if (Array.isArray(exchange.response.status)) await replayTwenty(exchange);
      else hold(exchange, await replay.send(exchange));
    });
  }
});

function hold(exchange: Exchange, reply: Reply): void {
  const { name, response } = exchange;
  expect(reply.status).toBe(response.status);
  for (const header of ['x-ratelimit-limit', 'retry-after', 'content-type']) {
    const isEmpty = response.body === '' && header === 'content-type';
    if (!isEmpty) expect.soft(reply.headers[header], header).toBe(response.headers?.[header]);
  }
  learn(exchange, reply);
  const wanted = comparable(replay.translatedValue(response.body));
  const got = comparable(reply.body);
  if (!isRecord(wanted) || !Array.isArray(wanted['users'])) expect(got).toEqual(wanted);
  else holdUsers(wanted, got as Page, name);
}

type Page = Record<string, unknown>;

function holdUsers(wanted: Page, got: Page, name: string): void {
  const fewer = AFTER_EQUAL_ADDS.test(name) ? fewerRows : 0;
  const recorded = wanted['users'] as Page[];
  const rows = got['users'] as Page[];
  const cut = Number.parseInt((recorded.at(-1)?.['…'] as string | undefined) ?? '0', 10);
  const shown = cut === 0 ? recorded : recorded.slice(0, -1);
  expect(Object.keys(got)).toEqual(Object.keys(wanted));
  expect(got['totalCount']).toBe((wanted['totalCount'] as number) - fewer);
  expect(rows).toHaveLength(shown.length + cut - fewer);
  const shape = Object.keys(shown[0] ?? {});
  for (const row of rows) expect(Object.keys(row)).toEqual(shape);
  if (OTHER_ROWS.test(name)) return;
  expect(rows).toEqual(expect.arrayContaining(shown));
  // First names that are there once come in a fixed order.
  const firstNames = (list: Page[]) => list.map((row) => row['firstName']);
  expect(firstNames(rows).slice(0, shown.length)).toEqual(firstNames(shown.slice(0, rows.length)));
}

async function replayTwenty({ name, request, response }: Exchange): Promise<void> {
  const twenty = Array.from({ length: 20 }, (_, n) =>
    replay.ask(
      request.method,
      replay.translated(request.path).replace('conc01..20', `conc${pad(n + 1, 2)}`),
      { Authorization: `Bearer ${replay.tokens.get('admin') ?? ''}` },
      '',
    ),
  );
  const replies = await Promise.all(twenty);
  const wanted = response.status as number[];
  const refused = wanted.find((status) => status !== 200);
  const done = replies.filter(({ status }) => status === 200);
  if (refused === undefined) expect(done).toHaveLength(20);
  // How many get through at once is chance, on any server; that more than one does is not.
  else expect(done.length).toBeGreaterThan(1);
  const most = wanted.filter((status) => status === 200).length;
  expect(done.length).toBeLessThanOrEqual(most);
  if (request.method === 'POST') fewerRows = most - done.length;
  for (const { status } of replies) expect([200, refused]).toContain(status);
  const bodies = (response.body as unknown[]).map((body) =>
    comparable(replay.translatedValue(body)),
  );
  for (const { body } of replies) expect(bodies, name).toContainEqual(comparable(body));
}

/** The ids, slugs and tokens that the sandbox made, for what the recorded server made. */
function learn({ name, response }: Exchange, { body }: Reply): void {
  replay.learn(response.body, body);
  const holder = TOKENS[name];
  if (holder !== undefined && isRecord(body)) {
    replay.tokens.set(holder, String(body['accessToken']));
  }
}

/** A value without what no two servers have in common: dates, tokens. */
function comparable(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (key, each: unknown) => {
    if (['createdAt', 'updatedAt', 'date', 'accessToken'].includes(key)) return typeof each;
    return each;
  }) as unknown;
}
