import { HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { at, journals, jsonError } from '../../commands/helpers.ts';
import { cli } from '../../helpers/cli.ts';
import {
  applied,
  appliedBut,
  cut,
  fakeProget,
  GROUPS,
  groupsOf,
  inTurn,
  serveWrites,
  noAnswer,
  page,
  silence,
  status,
  type Turn,
  UPDATE,
} from '../../helpers/proget.ts';
import { serve, type TestServer } from '../../helpers/server.ts';
import { AGAIN, DONE, ONE } from './add-one.ts';

const LOOK = 'Look at the group; running the same command again is safe.';

const here = (server: TestServer): string => server.url.slice(0, -1);

describe('a write whose answer is lost', () => {
  it.each([
    { what: 'no answer', turn: noAnswer, more: [] },
    { what: 'an answer cut short', turn: cut, more: [] },
    { what: 'an answer that takes too long', turn: silence, more: ['--timeout=0.3'] },
    { what: 'an HTML page', turn: page(), more: [] },
    {
      what: 'an answer that is no gzip',
      turn: status(200, 'not gzip', { 'content-encoding': 'gzip' }),
      more: [],
    },
  ])('$what, and it was applied: done, sent once', async ({ turn, more }) => {
    const state = fakeProget();
    const server = await serveWrites(state, appliedBut(state, turn));
    expect(await cli().run([...ONE, ...more, ...at(server)])).toEqual(DONE);
    expect(server.calls().slice(0, 3)).toEqual([GROUPS, UPDATE, GROUPS]);
    expect(server.writes()).toHaveLength(1);
  });

  it.each([
    { what: 'no answer', turn: noAnswer },
    { what: 'an HTML page', turn: page() },
  ])('$what, and it was not applied: sent again', async ({ turn }) => {
    const user = cli();
    const state = fakeProget();
    const server = await serveWrites(state, turn, turn, applied(state));
    expect(await user.run([...ONE, ...at(server)])).toEqual({ ...DONE, stderr: AGAIN });
    const write = { name: 'Developers', users: ['djones', 'jsmith'] };
    expect(server.writes()).toEqual([write, write, write]);
    const intents = journals(user)[0]?.filter(({ t }) => t === 'intent');
    expect(intents).toHaveLength(3);
  });

  it.each([
    {
      what: 'a cut connection',
      turn: noAnswer,
      code: 6,
      words: (where: string) =>
        `The connection to ${where} was cut before the answer was complete.`,
    },
    {
      what: 'an HTML page',
      turn: page(),
      code: 1,
      words: () => 'The server sent an HTML page where JSON was expected.',
    },
  ])('$what each time: given up after three, exit $code', async ({ turn, code, words }) => {
    const server = await serveWrites(fakeProget(), turn);
    const result = await cli().run([...ONE, ...at(server)]);
    expect([result.code, result.stdout]).toEqual([code, '']);
    const lines = result.stderr.split(/(?<=\n)/).slice(0, code === 6 ? 3 : 2);
    // A page is an answer; nothing is in flight after it.
    const note =
      'A change of "Developers" was sent, and it is not known what became of it: it may still take effect within 105 s. The next run waits for it.\n';
    const said = `groupctl: ${words(here(server))}\n`;
    expect(lines).toEqual(code === 6 ? [AGAIN, note, said] : [AGAIN, said]);
    expect(result.stderr.split(AGAIN)).toHaveLength(2);
    expect(server.writes()).toHaveLength(3);
  });

  it.each(['--quiet', '--json'])('says nothing of writing it again with %s', async (option) => {
    const state = fakeProget();
    const server = await serveWrites(state, noAnswer, applied(state));
    const { code, stderr } = await cli().run([...ONE, option, ...at(server)]);
    expect([code, stderr]).toEqual([0, '']);
    expect(server.writes()).toHaveLength(2);
  });

  it('merges into what is there now when it is sent again', async () => {
    const state = fakeProget(['djones', 'ann']);
    const other: Turn = () => {
      state.groups[0] = { name: 'Developers', users: ['ann', 'mlee'] };
      return HttpResponse.error();
    };
    const server = await serveWrites(state, other, applied(state));
    expect(await cli().run([...ONE, ...at(server)])).toEqual({ ...DONE, stderr: AGAIN });
    expect(server.writes()[1]).toEqual({ name: 'Developers', users: ['ann', 'mlee', 'jsmith'] });
  });

  it.each([
    { what: 'an error', look: status(500, 'Boom') },
    { what: 'no list any more', look: status(404) },
    { what: 'a page', look: page() },
    { what: 'no answer', look: noAnswer },
  ])('and the read-back is $what: unknown, 8, sent once', async ({ look }) => {
    const user = cli();
    const state = fakeProget();
    const server = await serve(
      inTurn('get', 'groups/list', groupsOf(state), look),
      inTurn('post', 'groups/update', appliedBut(state, noAnswer)),
    );
    const result = await user.run([...ONE, '--json', ...at(server)]);
    expect(result.code).toBe(8);
    expect(JSON.parse(result.stdout)).toMatchObject({
      outcomes: [
        { outcome: 'unknown', verified: false, error: { code: 'outcome-unknown', mayApply: true } },
      ],
      summary: { unknown: 1 },
      run: expect.any(String) as string,
    });
    const { run } = JSON.parse(result.stdout) as { run: string };
    expect(jsonError(result.stderr)).toMatchObject({
      code: 'outcome-unknown',
      hint: `${LOOK} To go on: groupctl resume ${run}`,
      exitCode: 8,
    });
    expect(server.writes()).toHaveLength(1);
    expect(journals(user)[0]?.slice(-2)).toMatchObject([
      { t: 'outcome', outcome: 'unknown' },
      { t: 'end', exit: 8 },
    ]);
  });
});
