import { HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { at, jsonError, standingClock } from '../../commands/helpers.ts';
import { cli, type CliResult } from '../../helpers/cli.ts';
import {
  fakeProget,
  GROUPS,
  groupsOf,
  inTurn,
  listGroups,
  status,
  type Turn,
  UPDATE,
  updateGroup,
} from '../../helpers/proget.ts';
import { serve } from '../../helpers/server.ts';
import { ONE } from './add-one.ts';

describe('while settling', () => {
  it('a group that is deleted is 4, and nothing more is written', async () => {
    const state = fakeProget();
    const gone: Turn = () => HttpResponse.json([]);
    const list = inTurn(
      'get',
      'groups/list',
      groupsOf(state),
      groupsOf(state),
      groupsOf(state),
      gone,
    );
    const server = await serve(list, updateGroup(state));
    const result = await cli().run([...ONE, '--settle=100', ...at(server)], {
      clock: standingClock(),
    });
    expect(result.code).toBe(4);
    expect(server.calls()).toEqual([GROUPS, UPDATE, GROUPS, GROUPS, GROUPS]);
  });

  it('a look that fails leaves the change in doubt: 8', async () => {
    const state = fakeProget();
    const list = inTurn('get', 'groups/list', groupsOf(state), groupsOf(state), status(500));
    const server = await serve(list, updateGroup(state));
    const result = await cli().run([...ONE, '--settle=100', ...at(server)], {
      clock: standingClock(),
    });
    expect(result.code).toBe(8);
  });

  it('the end of --deadline leaves the change in doubt, and says that it is about time: 8', async () => {
    const argv = [...ONE, '--settle=3000', '--deadline=1'];
    const settling = async (...more: string[]): Promise<CliResult> => {
      const state = fakeProget();
      const server = await serve(listGroups(state), updateGroup(state));
      return await cli().run([...argv, ...more, ...at(server)], { clock: standingClock() });
    };
    const message =
      'The --deadline of this command ended before it was certain that the change stays in "Developers".';
    const hint = 'Look at the group; running the same command again is safe.';
    expect(await settling()).toEqual({
      code: 8,
      stdout: '',
      stderr: `groupctl: ${message}\nHint: ${hint}\n`,
    });
    const { code, stdout, stderr } = await settling('--json');
    const error = { code: 'not-settled', message };
    expect(code).toBe(8);
    expect(JSON.parse(stdout)).toMatchObject({
      outcomes: [{ member: 'jsmith', outcome: 'unknown', verified: false, error }],
      summary: { added: 0, unknown: 1 },
    });
    expect(jsonError(stderr)).toMatchObject({ ...error, hint, exitCode: 8 });
  });
});
