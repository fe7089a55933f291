import { http } from 'msw';
import { describe, expect, it } from 'vitest';
import { cli } from '../../helpers/cli.ts';
import { addHandlers, fakeProget, listGroups, createGroup, status } from '../../helpers/proget.ts';
import { serve } from '../../helpers/server.ts';
import { ADD, at, GROUP_COMMANDS, journals } from '../../commands/helpers.ts';

const NAME = '--name=Developers';
const KEY = '--api-key=abc12345';

describe('resume of a run without rows', () => {
  it('says that a run that is done is complete', async () => {
    const state = fakeProget();
    const server = await serve(listGroups(state), createGroup(state));
    const user = cli();
    await user.run([...GROUP_COMMANDS, 'create', '--name=New', ...at(server)]);
    const run = String(journals(user)[0]?.[0]?.['run']);
    const resumed = await user.run(['resume', 'latest']);
    expect(resumed).toMatchObject({
      code: 0,
      stdout: `Run ${run} is complete. Nothing to resume.\n`,
    });
    expect(await user.json(['resume', run, '--json'])).toMatchObject({
      resumes: run,
      outcomes: [],
    });
    expect(journals(user)).toHaveLength(1);
  });

  it.each([
    [500, 'A part of it may be in effect. To see what is on record: groupctl history show RUN'],
    [403, 'Run the original command again.'],
  ])('of one that failed with %i says whether to run it again', async (code, hint) => {
    const server = await serve(
      http.post('*/api/api-keys/create', () => status(code)(new Request('http://x'))),
    );
    const user = cli();
    await user.run(['apikeys', 'create', 'system', '--name=K1', ...at(server)]);
    const run = String(journals(user)[0]?.[0]?.['run']);
    const resumed = await user.run(['resume', 'latest']);
    expect(resumed).toMatchObject({
      code: 2,
      stderr: `groupctl: The run ${run} (apikeys create system) cannot be resumed. ${hint.replace('RUN', run)}\n`,
    });
  });
});

it('resume does not call a run complete that has rows which cannot be done', async () => {
  const server = await serve(...addHandlers(fakeProget()));
  const user = cli();
  const names = ['--member=jsmith', '--member=nobody', '--skip-unknown'];
  await user.run([...ADD, NAME, ...names, ...at(server)]);
  const run = String(journals(user)[0]?.[0]?.['run']);
  const resumed = await user.run(['resume', run, KEY]);
  expect(resumed.code).toBe(0);
  expect(resumed.stdout).toBe(`Nothing of the run ${run} can be resumed.\n`);
  expect(resumed.stderr).toContain(
    `Left alone: 1 row that cannot be done as it is. To see it: groupctl history show ${run}\n`,
  );
});
