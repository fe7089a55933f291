import { http, HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { Patience } from '../../../../src/http/patience.ts';
import { at, journals, jsonError, standingClock } from '../../../commands/helpers.ts';
import { cli } from '../../../helpers/cli.ts';
import {
  applied,
  fakeProget,
  GROUPS,
  groupsOf,
  inTurn,
  serveWrites,
  status,
  type Turn,
  UPDATE,
} from '../../../helpers/proget.ts';
import { serve } from '../../../helpers/server.ts';
import { DONE, ONE } from '../add-one.ts';

/** A server that refuses everything, asking for no wait in particular. */
function patienceOf(clock: ReturnType<typeof standingClock>): {
  patience: Patience;
  refuse: () => void;
} {
  const patience = new Patience(clock);
  return { patience, refuse: () => clock.pass(patience.next()) };
}

describe('429 to a write', () => {
  const wait = status(429, 'Slow down', { 'retry-after': '2' });

  it('is waited out, each time longer, and the list is read again', async () => {
    const clock = standingClock();
    const state = fakeProget();
    const server = await serveWrites(state, wait, wait, wait, wait, applied(state));
    const result = await cli().run([...ONE, '--settle-limit=5', ...at(server)], { clock });
    const said = [2, 3, 5, 9].map(
      (s) => `Waiting ${s} s: the server limits the rate of requests.\n`,
    );
    // How often progress is reported depends on the timers of this machine.
    const stderr = result.stderr.replace(/^Still working after \d+ s\.\n/gm, '');
    expect({ ...result, stderr }).toEqual({ ...DONE, stderr: said.join('') });
    expect(clock.waits).toEqual([2000, 2250, 4500, 9000]);
    expect(server.calls()).toEqual([
      ...[1, 2, 3, 4].flatMap(() => [GROUPS, UPDATE]),
      GROUPS,
      UPDATE,
      GROUPS,
    ]);
  });

  it.each([
    { what: '0', header: '0' },
    { what: '-1', header: '-1' },
    { what: 'a date that has passed', header: 'Tue, 31 Dec 2024 00:00:00 GMT' },
    { what: 'no sense', header: 'soon' },
    { what: 'nothing', header: undefined },
  ])('with a Retry-After of $what: 3 writes in 5 s, given up after 10 minutes', async (each) => {
    const clock = standingClock();
    const start = clock.now();
    const sentAt: number[] = [];
    const turn: Turn = (request) => {
      sentAt.push(clock.now() - start);
      return status(
        429,
        'Slow down',
        each.header === undefined ? {} : { 'retry-after': each.header },
      )(request);
    };
    const server = await serveWrites(fakeProget(), turn);
    const result = await cli().run([...ONE, '--json', ...at(server)], { clock });
    expect(result.code).toBe(6);
    expect(JSON.parse(result.stdout)).toMatchObject({ outcomes: [{ outcome: 'failed' }] });
    expect(jsonError(result.stderr)).toMatchObject({
      code: 'wait-too-long',
      message: expect.stringContaining(
        'The server has limited the rate of requests and accepted none for 10 minutes.',
      ) as string,
    });
    expect(sentAt.slice(0, 4)).toEqual([0, 1125, 3375, 7875]);
    expect(sentAt.at(-1)).toBe(600_000);
    expect(sentAt).toHaveLength(15);
  });

  it.each([
    { header: '601', asked: '601 s (10 minutes)' },
    { header: '4294968', asked: '4294968 s (50 days)' },
  ])('with a Retry-After of $header s: 6 at once, and the wait is named', async (each) => {
    const clock = standingClock();
    const turn = status(429, 'Slow down', { 'retry-after': each.header });
    const server = await serveWrites(fakeProget(), turn);
    const result = await cli().run([...ONE, ...at(server)], { clock });
    expect(result.code).toBe(6);
    expect(result.stderr).toContain(`The server asks groupctl to wait ${each.asked}.\n`);
    expect(clock.waits).toEqual([]);
    expect(server.writes()).toHaveLength(1);
  });

  it('beside a member who is there already, when the wait is too long: 7', async () => {
    const turn = status(429, 'Slow down', { 'retry-after': '3600' });
    const server = await serveWrites(fakeProget(['djones']), turn);
    const argv = [...ONE, '--member=djones', ...at(server)];
    expect((await cli().run(argv)).code).toBe(7);
  });

  it('is not waited out for another 10 minutes when the next write is refused, too', async () => {
    const clock = standingClock();
    const { patience, refuse } = patienceOf(clock);
    expect(() => {
      for (;;) refuse();
    }).toThrow('accepted none for 10 minutes');
    expect(refuse).toThrow('accepted none for 10 minutes');
    patience.reset();
    expect(patience.next()).toBe(1125);
  });

  it('beyond --deadline: 6, nothing written', async () => {
    const clock = standingClock();
    const server = await serveWrites(fakeProget(), wait);
    const result = await cli().run([...ONE, '--deadline=1.5', ...at(server)], { clock });
    expect(result).toEqual({
      code: 6,
      stdout: '',
      stderr:
        'groupctl: The --deadline of this command is too short: the server limits the rate of requests, asking for 2 s with 1.5 s left.\nHint: Give the command more time with --deadline <seconds>, or leave the option out.\n',
    });
    expect(clock.waits).toEqual([]);
  });

  it.each([
    {
      what: 'beyond --deadline',
      turns: [groupsOf(fakeProget())],
      more: ['--deadline=1.5'],
      exit: 6,
      error: 'deadline',
    },
    {
      what: 'followed by a read that fails',
      turns: [groupsOf(fakeProget()), status(500, 'Boom')],
      more: [],
      exit: 1,
      error: 'http-500',
    },
  ])('$what: failed rows on stdout and in the journal', async ({ turns, more, exit, error }) => {
    const user = cli();
    const server = await serve(
      inTurn('get', 'groups/list', ...turns),
      inTurn('post', 'groups/update', wait),
    );
    const argv = [...ONE, '--member=mlee', '--json', ...more, ...at(server)];
    const result = await user.run(argv, { clock: standingClock() });
    expect(result.code).toBe(exit);
    const failed = { op: 'add', outcome: 'failed', verified: false, error: { code: error } };
    expect(JSON.parse(result.stdout)).toMatchObject({
      outcomes: [
        { member: 'jsmith', ...failed },
        { member: 'mlee', ...failed },
      ],
      summary: { added: 0, failed: 2, unknown: 0 },
    });
    expect(jsonError(result.stderr)).toMatchObject({ code: error, exitCode: exit });
    expect(server.writes()).toHaveLength(1);
    expect(journals(user)[0]?.slice(1)).toMatchObject([
      { t: 'intent', rows: [[0, 1]], before: ['djones'] },
      { t: 'outcome', rows: [[0, 0]], outcome: 'failed', verified: false },
      { t: 'outcome', rows: [[1, 1]], outcome: 'failed', verified: false },
      { t: 'end', exit, summary: { failed: 2 } },
    ]);
  });
});

describe('429 to a call that is read back, with a Retry-After of an hour', () => {
  const later = status(429, 'Slow down', { 'retry-after': '3600' });
  const task = { name: 'T', description: '', feedScoped: false, attributes: ['Feeds_ViewFeed'] };
  const permission = { id: 2, user: 'jsmith', task: 'T', deny: false };
  const lists: Readonly<Record<string, unknown>> = {
    ...fakeProget(),
    tasks: [task],
    attributes: [{ name: 'Feeds_ViewFeed', feedScoped: true }],
    permissions: [permission],
  };
  const readable = http.get('*/api/security/:what/list', ({ params }) =>
    HttpResponse.json(lists[String(params['what'])] as object),
  );
  const security = (...words: string[]): string[] => ['security', ...words];
  const password = ['--email=n@x.example', '--password=abcdefgh12'];

  it.each([
    [security('groups', 'create', '--name=QA'), 'post', 'groups/add'],
    [security('groups', 'delete', '--name=Developers'), 'delete', 'groups/delete'],
    [security('users', 'create', '--username=newbie', ...password), 'post', 'users/add'],
    [security('users', 'edit', '--username=jsmith', '--displayname=J'), 'post', 'users/update'],
    [security('users', 'delete', '--username=jsmith'), 'post', 'users/delete'],
    [security('tasks', 'create', '--name=New', '--attributes=Feeds_ViewFeed'), 'post', 'tasks/add'],
    [security('tasks', 'delete', '--name=T'), 'post', 'tasks/delete'],
    [security('permissions', 'add', '--task=T', '--user=djones'), 'post', 'permissions/add'],
    [security('permissions', 'remove', '--id=2'), 'post', 'permissions/delete'],
  ] as const)('ends the run, sent once and not in doubt: 6 %j', async (argv, method, call) => {
    const user = cli();
    const server = await serve(readable, inTurn(method, call, later));
    const result = await user.run([...argv, '--json', ...at(server)], { clock: standingClock() });
    expect([result.code, result.stdout]).toEqual([6, '']);
    expect(jsonError(result.stderr)).toMatchObject({
      code: 'wait-too-long',
      message: 'The server asks groupctl to wait 3600 s (60 minutes).',
    });
    expect(server.received.filter((each) => each.method !== 'GET')).toHaveLength(1);
    expect(journals(user)[0]?.slice(-2)).toMatchObject([
      { t: 'answer', outcome: 'failed', error: 'wait-too-long' },
      { t: 'end', exit: 6, error: 'wait-too-long' },
    ]);
  });

  it('and to the reads after it: 6, as nothing was done', async () => {
    const user = cli();
    const server = await serve(
      inTurn('get', 'groups/list', groupsOf(fakeProget()), later),
      inTurn('post', 'groups/add', later),
    );
    const argv = [...security('groups', 'create', '--name=QA'), ...at(server)];
    expect((await user.run(argv, { clock: standingClock() })).code).toBe(6);
    expect(journals(user)[0]?.at(-1)).toMatchObject({ exit: 6, error: 'wait-too-long' });
  });

  it('only to the read after an accepted call: in doubt, also on record', async () => {
    const user = cli();
    const server = await serve(
      inTurn('get', 'groups/list', groupsOf(fakeProget()), later),
      inTurn('post', 'groups/add', status(200)),
    );
    const argv = [...security('groups', 'create', '--name=QA'), ...at(server)];
    expect((await user.run(argv, { clock: standingClock() })).code).toBe(8);
    expect(journals(user)[0]?.at(-2)).toMatchObject({ t: 'answer', outcome: 'unknown' });
  });
});
