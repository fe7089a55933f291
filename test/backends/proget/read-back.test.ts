import { HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { at, jsonError, standingClock } from '../../commands/helpers.ts';
import { cli } from '../../helpers/cli.ts';
import {
  applied,
  appliedBut,
  fakeProget,
  GROUPS,
  groupsOf,
  inTurn,
  serveWrites,
  status,
  type Turn,
  UPDATE,
} from '../../helpers/proget.ts';
import { serve, type TestServer } from '../../helpers/server.ts';
import { AGAIN, DONE, ONE } from './add-one.ts';

const gone: Turn = () => HttpResponse.json([{ name: 'Others', users: [] }]);
const here = (server: TestServer): string => server.url.slice(0, -1);

describe('a write that was accepted', () => {
  it('is unknown (exit 8) when it cannot be read back', async () => {
    const state = fakeProget();
    const server = await serve(
      inTurn('get', 'groups/list', groupsOf(state), status(500, 'Boom\n at X')),
      inTurn('post', 'groups/update', applied(state)),
    );
    const result = await cli().run([...ONE, ...at(server)]);
    expect(result).toEqual({
      code: 8,
      stdout: '',
      stderr: `groupctl: It was sent, and whether it took effect could not be read: ${here(server)} failed with 500 on GET groups/list: Boom\nHint: Look at the group; running the same command again is safe.\n`,
    });
  });

  it('is merged again when it is overwritten, and what others took out stays out', async () => {
    const state = fakeProget(['djones', 'ann']);
    const overwritten: Turn = () => {
      state.groups[0] = { name: 'Developers', users: ['DJONES', 'mlee'] };
      return new HttpResponse(null);
    };
    const server = await serveWrites(state, overwritten, overwritten, applied(state));
    expect(await cli().run([...ONE, ...at(server)])).toEqual({ ...DONE, stderr: AGAIN });
    expect(server.writes()).toEqual([
      { name: 'Developers', users: ['djones', 'ann', 'jsmith'] },
      { name: 'Developers', users: ['DJONES', 'mlee', 'jsmith'] },
      { name: 'Developers', users: ['DJONES', 'mlee', 'jsmith'] },
    ]);
  });

  it('ends with exit 8 at the limit when each time another list overwrites it', async () => {
    const clock = standingClock();
    const started = clock.now();
    const state = fakeProget();
    let lists = 0;
    const overwritten: Turn = () => {
      state.groups[0] = { name: 'Developers', users: [`other${lists++}`] };
      return new HttpResponse(null);
    };
    const server = await serveWrites(state, overwritten);
    const result = await cli().run([...ONE, '--settle-limit=10', ...at(server)], { clock });
    expect(result).toEqual({
      code: 8,
      stdout: '',
      stderr: `${AGAIN}groupctl: It is in doubt whether "jsmith" is in "Developers": the change did not stay there within the settle limit. Others write to the group at the same time, or the server does not do what it says.\nHint: Look at the group, and run the command again when the others are done; --settle-limit gives it more time.\n`,
    });
    expect(clock.now() - started).toBeGreaterThan(10_000);
    expect(clock.now() - started).toBeLessThan(14_000);
    // Half of 50·2ⁿ ms, 3 s at most, between one write and the next.
    expect(clock.waits.slice(0, 7)).toEqual([50, 100, 200, 400, 800, 1500, 1500]);
  });

  it('ends with exit 4 and writes nothing more when its group is deleted', async () => {
    const state = fakeProget();
    const server = await serve(
      inTurn('get', 'groups/list', groupsOf(state), gone),
      inTurn('post', 'groups/update', applied(state)),
    );
    const result = await cli().run([...ONE, ...at(server)]);
    expect([result.code, result.stdout]).toEqual([4, '']);
    expect(result.stderr).toContain(
      'groupctl: "Developers" was deleted meanwhile; nothing more was written.\n',
    );
    expect(server.calls()).toEqual([GROUPS, UPDATE, GROUPS]);
  });
});

describe('a write that was answered with an error is not sent again', () => {
  it.each([
    {
      answer: status(400, 'The user is not valid'),
      code: 5,
      word: 'refused',
      words: 'refused the request (400 on POST groups/update): The user is not valid',
    },
    {
      answer: status(409, 'Locked'),
      code: 5,
      word: 'refused',
      words: 'refused the request (409 on POST groups/update): Locked',
    },
    {
      answer: status(403),
      code: 3,
      word: 'refused',
      words: 'Access denied by @ (403 on POST groups/update).',
    },
    {
      answer: status(500, 'Boom\n at X'),
      code: 1,
      word: 'failed',
      words: 'failed with 500 on POST groups/update: Boom',
    },
    {
      answer: status(503, 'Busy'),
      code: 1,
      word: 'failed',
      words: 'failed with 503 on POST groups/update: Busy',
    },
    { answer: status(404), code: 1, word: 'failed', words: 'answered 404 on POST groups/update.' },
    {
      answer: status(302, null, { location: '/log-in?ReturnUrl=x' }),
      code: 3,
      word: 'refused',
      words: 'redirects to a sign-in page: ',
    },
    {
      answer: status(301, null, { location: 'https://proget.test/api/security/groups/update' }),
      code: 2,
      word: 'failed',
      words: 'requires https: it redirects to https://proget.test/.',
    },
    {
      answer: status(301, null, { location: 'https://proget.test/welcome' }),
      code: 1,
      word: 'failed',
      words: 'redirects to https://proget.test/welcome, which is not followed.',
    },
  ])('$code: $words', async ({ answer, code, word, words }) => {
    const state = fakeProget();
    const server = await serveWrites(state, answer);
    const result = await cli().run([...ONE, '--json', ...at(server)]);
    expect(result.code).toBe(code);
    expect(JSON.parse(result.stdout)).toMatchObject({
      outcomes: [{ outcome: word, verified: false }],
    });
    const { message } = jsonError(result.stderr);
    const sentence = words.includes('@')
      ? words.replace('@', here(server))
      : `${here(server)} ${words}`;
    expect(String(message).slice(0, sentence.length)).toBe(sentence);
    expect(server.calls()).toEqual([GROUPS, UPDATE, GROUPS]);
  });

  it('404 and the group is gone: 4, and it is not made again', async () => {
    const state = fakeProget();
    const server = await serve(
      inTurn('get', 'groups/list', groupsOf(state), gone),
      inTurn('post', 'groups/update', status(404)),
    );
    expect((await cli().run([...ONE, ...at(server)])).code).toBe(4);
    expect(server.calls()).toEqual([GROUPS, UPDATE, GROUPS]);
  });

  it('an error though it was applied: the error stands, and the truth is told', async () => {
    const state = fakeProget();
    const server = await serveWrites(state, appliedBut(state, status(500, 'Boom')));
    const result = await cli().run([...ONE, ...at(server)]);
    expect(result.code).toBe(1);
    expect(result.stderr).toContain(
      'failed with 500 on POST groups/update: Boom. Yet "Developers" now shows the change.\n',
    );
  });

  it('an error and nothing to read: the error stands', async () => {
    const state = fakeProget();
    const server = await serve(
      inTurn('get', 'groups/list', groupsOf(state), status(500)),
      inTurn('post', 'groups/update', status(400, 'No')),
    );
    expect((await cli().run([...ONE, ...at(server)])).code).toBe(5);
  });
});
