import { type RequestHandler } from 'msw';
import { describe, expect, it } from 'vitest';
import { ADD, at, GROUP_COMMANDS, LIST, REMOVE, standingClock } from '../../commands/helpers.ts';
import { cli } from '../../helpers/cli.ts';
import {
  ADD_GROUP,
  fakeProget,
  GROUPS,
  inTurn,
  listPermissions,
  listUsers,
  noAnswer,
  page,
  status,
} from '../../helpers/proget.ts';
import { serve } from '../../helpers/server.ts';

const ONE = ['--member=jsmith', '--name=Developers'];

describe('a server without a list of groups', () => {
  const noList = (): RequestHandler => inTurn('get', 'groups/list', status(404));
  const unseen = [...ADD, ...ONE, '--no-user-check'];

  it.each([
    {
      what: 'shows the member in another case',
      answer: { name: 'Developers', users: ['JSMITH'] },
      verified: true,
    },
    { what: 'shows others', answer: { name: 'Developers', users: ['djones'] }, verified: false },
    { what: 'shows no users', answer: { name: 'Developers' }, verified: false },
    { what: 'shows nothing of the kind', answer: ['ok'], verified: false },
    { what: 'is empty', answer: null, verified: false },
    { what: 'is the word OK', answer: 'OK', verified: false },
  ])('is believed when its answer $what: verified is $verified', async ({ answer, verified }) => {
    const body = answer === null || typeof answer === 'string' ? answer : JSON.stringify(answer);
    const server = await serve(noList(), inTurn('post', 'groups/add', status(200, body)));
    const result = await cli().run([...unseen, ...at(server)]);
    const doubt = verified ? '' : ' (not verified)';
    expect(result).toEqual({
      code: 0,
      stdout: `Added jsmith to Developers${doubt}.\n`,
      stderr: '',
    });
    expect(server.calls()).toEqual([GROUPS, ADD_GROUP]);
    const document = await cli().json([...unseen, ...at(server)]);
    expect(document).toMatchObject({ outcomes: [{ outcome: 'added', verified }] });
  });

  it.each([
    { what: 'no answer', turn: noAnswer, code: 8, word: 'unknown' },
    { what: '400', turn: status(400, 'No such user'), code: 5, word: 'refused' },
    { what: '403', turn: status(403), code: 3, word: 'refused' },
    { what: '500', turn: status(500, 'Boom\n at X'), code: 1, word: 'failed' },
  ])('$what to the write: $word, sent once', async ({ turn, code, word }) => {
    const server = await serve(noList(), inTurn('post', 'groups/add', turn));
    const result = await cli().run([...unseen, '--json', ...at(server)]);
    expect(result.code).toBe(code);
    expect(JSON.parse(result.stdout)).toMatchObject({ outcomes: [{ outcome: word }] });
    expect(server.calls()).toEqual([GROUPS, ADD_GROUP]);
  });

  it('429 to the write is waited out', async () => {
    const clock = standingClock();
    const add = inTurn(
      'post',
      'groups/add',
      status(429, null, { 'retry-after': '3' }),
      status(200),
    );
    const server = await serve(noList(), add);
    expect((await cli().run([...unseen, ...at(server)], { clock })).code).toBe(0);
    expect(clock.waits).toEqual([3000]);
    expect(server.calls()).toEqual([GROUPS, ADD_GROUP, ADD_GROUP]);
  });

  it('can be asked what it would do', async () => {
    const server = await serve(noList());
    const result = await cli().run([...unseen, '--dry-run', ...at(server)]);
    expect(result).toEqual({ code: 0, stdout: 'Would add jsmith to Developers.\n', stderr: '' });
  });

  it.each([
    { verb: REMOVE, words: 'tell who is in a group', more: [] },
    { verb: REMOVE, words: 'remove members', more: ['--no-user-check'] },
    { verb: REMOVE, words: 'remove members', more: ['--no-user-check', '--dry-run'] },
  ])('cannot remove: 2 $more', async ({ verb, words, more }) => {
    const server = await serve(noList());
    const result = await cli().run([...verb, ...ONE, ...more, ...at(server)]);
    expect([result.code, result.stdout]).toEqual([2, '']);
    expect(result.stderr).toContain(`so groupctl cannot ${words} there.`);
    expect(server.calls()).toEqual([GROUPS]);
  });

  it('cannot list: 2', async () => {
    const server = await serve(noList());
    expect((await cli().run([...LIST, '--name=Developers', ...at(server)])).code).toBe(2);
  });
});

describe('a server that is not of the older kind, and whose list of groups is not there', () => {
  const MISSPELLED = [...ADD, '--member=jsmith', '--name=Develpers'];

  it.each([404, 405])(
    'is sent no older add call after the page of a gateway: 1 %i',
    async (code) => {
      const gateway = inTurn('get', 'groups/list', page(`${code} of nginx`, code));
      const server = await serve(gateway);
      const result = await cli().run([...MISSPELLED, '--no-user-check', ...at(server)]);
      expect(result).toEqual({
        code: 1,
        stdout: '',
        stderr: `groupctl: ${server.url.slice(0, -1)} answered ${code} on GET groups/list: an HTML page, "${code} of nginx"\nHint: A gateway or another web server may have answered: run the command again, or check the URL of the source.\n`,
      });
      expect(server.calls()).toEqual([GROUPS]);
    },
  );

  it('is sent no name of a user that it did not check, after the page of a gateway', async () => {
    const users = inTurn('get', 'users/list', page('404 of nginx', 404));
    const server = await serve(users);
    const result = await cli().run([...ADD, '--member=jsmit', '--name=Developers', ...at(server)]);
    expect([result.code, result.stdout]).toEqual([1, '']);
  });

  it('is not asked to delete a group of which it lists the users: 1', async () => {
    const noList = inTurn('get', 'groups/list', status(404));
    const server = await serve(noList, listUsers(fakeProget()), listPermissions());
    const result = await cli().run([...GROUP_COMMANDS, 'delete', '--name=QA', ...at(server)]);
    expect([result.code, result.stdout]).toEqual([1, '']);
    expect(result.stderr).toContain('lists its users, but not its groups. Nothing was written.');
    expect(server.writes()).toEqual([]);
  });

  it('is written to as its source says: dialect add', async () => {
    const user = cli();
    const server = await serve(
      inTurn('get', 'groups/list', page('Not Found', 404)),
      inTurn('get', 'users/list', page('Not Found', 404)),
      inTurn('post', 'groups/add', status(200)),
    );
    const source = ['sources', 'add', `--url=${server.url}`, '--api-key=abc12345'];
    await user.run([...source, '--dialect=add']);
    expect((await user.run([...ADD, ...ONE])).stdout).toContain('Added jsmith to Developers');
  });
});
