import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LOGINS, unrecorded } from './recorded-2026-between.ts';
import { recordedState, recordedTokens } from './recorded-2026-company.ts';
import { pad } from './recorded-between.ts';
import { type Exchange, recordings } from './recorded-company.ts';
import { isRecord, Replay, type Reply } from './recorded-replay.ts';

const ORGANIZATION = 'running an organization';
const SCIM = 'another API, with tokens of its own';

/**
 * What the sandbox does not answer as the server recorded in July 2026 did, on purpose: groupctl has
 * no call for it. What later exchanges need of it is put into the state instead.
 */
const LEFT_OUT: readonly (readonly [names: RegExp, why: string])[] = [
  [/^org-groups\.list\./, 'the groups once more, as the web pages read them'],
  [/^org-group-memberships\./, 'the groups once more, with their roles'],
  [/^token\.renew$/, 'groupctl logs in again'],
  [/^projects\.(add-group|groups|group\.users|remove-group)$/, 'projects and their groups'],
  [/^sub-organizations\./, ORGANIZATION],
  [/^sub\.(link|unlink)\./, ORGANIZATION],
  [/^unlicensed\.sub-organizations/, ORGANIZATION],
  [/^scim-tokens\./, SCIM],
  [/^scim\.groups\./, SCIM],
];

/** Pages of a long list: which of equal rows are on them is the database's own affair. */
const LONG = /^paging\./;

const exchanges = recordings('infisical-2026-07.jsonl');
const replayed = exchanges.filter(({ name }) => !LEFT_OUT.some(([names]) => names.test(name)));
const folder = await mkdtemp(join(tmpdir(), 'groupctl-recorded-'));
const replay = new Replay(join(folder, 'sandbox.json'), {
  generation: '2026-07',
  state: recordedState(exchanges),
  tokens: recordedTokens(),
});
const before = unrecorded(replay, exchanges);
/** By how many rows fewer than on the recorded server equal adds left. */
let fewerRows = 0;

beforeAll(async () => {
  replay.now = Date.UTC(2026, 10, 25, 23, 46, 46);
  await replay.start();
});

afterAll(async () => {
  await replay.close();
  await rm(folder, { recursive: true, force: true });
});

test('every recording of 2026 is here, and nothing is left out that is not there', () => {
  expect(exchanges).toHaveLength(393);
  expect(replayed).toHaveLength(354);
  const names = new Set(replayed.map(({ name }) => name));
  expect(Object.keys(before).filter((name) => !names.has(name))).toEqual([]);
  for (const [pattern] of LEFT_OUT) {
    expect(exchanges.some(({ name }) => pattern.test(name))).toBe(true);
  }
});

describe('answers as the server recorded in July 2026 did', () => {
  for (const exchange of replayed) {
    test(exchange.name, async () => {
      await before[exchange.name]?.();
      if (Array.isArray(exchange.response.status)) await replayMany(exchange);
      else hold(exchange, await replay.send(exchange));
    });
  }
});

const HEADERS = ['limit', 'remaining', 'reset'].map((name) => `x-ratelimit-${name}`);

function hold({ name, response }: Exchange, reply: Reply): void {
  expect([reply.status, reply.body]).toEqual([response.status, reply.body]);
  for (const header of [...HEADERS, 'retry-after', 'content-type']) {
    const isEmpty = reply.body === '' && header === 'content-type';
    if (!isEmpty) expect.soft(reply.headers[header], header).toBe(response.headers?.[header]);
  }
  replay.learn(response.body, reply.body);
  const holder = LOGINS[name];
  if (holder !== undefined && isRecord(reply.body)) {
    replay.tokens.set(holder, String(reply.body['accessToken']));
  }
  const wanted = replay.translatedValue(response.body);
  const list = listOf(wanted);
  if (list === undefined) expect(comparable(reply.body)).toEqual(comparable(wanted));
  else holdList(name, list, listOf(reply.body));
}

interface List {
  readonly rows: readonly Row[];
  /** What stands beside the rows. */
  readonly rest: Readonly<Record<string, unknown>>;
  readonly name: string | undefined;
}
type Row = Readonly<Record<string, unknown>>;

const LISTS = ['users', 'members', 'machineIdentities', 'projects', 'groups'];

function listOf(body: unknown): List | undefined {
  if (Array.isArray(body)) return { rows: body as Row[], rest: {}, name: undefined };
  if (!isRecord(body)) return undefined;
  const name = LISTS.find((each) => Array.isArray(body[each]));
  if (name === undefined) return undefined;
  const { [name]: rows, ...rest } = body;
  return { rows: rows as Row[], rest, name };
}

/** What a list is sorted by on the server; groups come in no order. */
function sortKey(list: string | undefined, row: Row): unknown {
  if (list === 'users') return row['firstName'];
  if (list === 'members') {
    const { firstName, lastName, name } = (row['user'] ?? row['machineIdentity']) as Row;
    return name ?? [firstName, lastName];
  }
  return list === undefined || list === 'groups' ? undefined : row['name'];
}

function holdList(name: string, wanted: List, got: List | undefined): void {
  const fewer = /20-same\.(list|members-endpoint)-after( |$)/.test(name) ? fewerRows : 0;
  const cut = Number.parseInt((wanted.rows.at(-1)?.['…'] as string | undefined) ?? '0', 10);
  const shown = cut === 0 ? wanted.rows : wanted.rows.slice(0, -1);
  const rows = got?.rows ?? [];
  const total = wanted.rest['totalCount'];
  expect(got?.name).toBe(wanted.name);
  const rest = typeof total === 'number' ? { totalCount: total - fewer } : {};
  expect(got?.rest).toEqual({ ...wanted.rest, ...rest });
  expect(rows).toHaveLength(shown.length + cut - fewer);
  for (const row of rows)
    expect(Object.keys(row).sort()).toEqual(Object.keys(shown[0] ?? {}).sort());
  const keys = (list: readonly Row[]) => list.map((row) => sortKey(wanted.name, row));
  const head = Math.min(shown.length, rows.length);
  if (!LONG.test(name)) expect(keys(rows).slice(0, head)).toEqual(keys(shown).slice(0, head));
  // A page may show other ones of those that are equal; who is on both is the same on both.
  const isWhole = total === undefined || rows.length === total;
  const ours = rows.map(comparable);
  for (const row of shown) {
    const same = rows.some(({ id }) => id === row['id']);
    if (same || (isWhole && !LONG.test(name))) expect(ours).toContainEqual(comparable(row));
  }
}

async function replayMany({ name, request, response }: Exchange): Promise<void> {
  const wanted = response.status as number[];
  const { method, path, body } = request;
  const isLogin = path.includes('/login');
  const Authorization = `Bearer ${replay.tokens.get('admin') ?? ''}`;
  const headers = { ...request.headers, ...(isLogin ? {} : { Authorization }) };
  const replies = await Promise.all(
    wanted.map((_, n) => {
      const to = replay.translated(path).replace('user001..020', `user${pad(n + 1, 3)}`);
      const bare = body === null || body === undefined;
      return replay.ask(method, to, headers, bare ? '' : JSON.stringify(body), bare);
    }),
  );
  const most = wanted.filter((status) => status === 200).length;
  const done = replies.filter(({ status }) => status === 200).length;
  // How many of several get through at once is chance, on any server; that more than one does is not.
  if ([0, 1, 20].includes(most)) expect(done).toBe(most);
  else expect(done).toBeGreaterThan(1);
  expect(done).toBeLessThanOrEqual(most);
  if (name === 'concurrency.20-times-same-user-in-parallel') fewerRows = most - done;
  const bodies = (response.body as unknown[]).map((each) =>
    comparable(replay.translatedValue(each)),
  );
  for (const reply of replies) {
    expect(wanted).toContain(reply.status);
    if (reply.status === 200 && isRecord(reply.body)) {
      const { body: theirs } = { body: (response.body as unknown[])[wanted.indexOf(200)] };
      replay.learn(theirs, reply.body);
    }
  }
  const known = (response.body as unknown[]).map((each) =>
    comparable(replay.translatedValue(each)),
  );
  for (const reply of replies) expect([...bodies, ...known]).toContainEqual(comparable(reply.body));
}

const DATES = ['createdAt', 'updatedAt', 'joinedGroupAt', 'date', 'accessToken', 'reqId'];

/** A value without what no two servers have in common: dates, tokens, ids of requests and of roles. */
function comparable(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), function (this: unknown, key, each: unknown) {
    if (DATES.includes(key) && each !== null) return typeof each;
    if (key === 'roleId' && isRecord(this) && 'customRoleSlug' in this) return typeof each;
    // Long lists of what a role lacks are cut in the recording, and in the sandbox.
    if (key === 'missingPermissions') return (each as Row[]).filter((one) => !('…' in one));
    return each;
  }) as unknown;
}
