import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ChangeResult } from '../../../src/domain/outcome.ts';
import { FakeInfisical, TOKEN } from '../../backends/infisical/fake.ts';
import { cli, temporaryFolder } from '../../helpers/cli.ts';
import { addHandlers, fakeProget, listGroups, updateGroup } from '../../helpers/proget.ts';
import { serve } from '../../helpers/server.ts';
import { ADD, at, journals, LIST, MEMBERS, REMOVE } from '../../commands/helpers.ts';

/** Names that differ in case only: two accounts on Infisical, two spellings of one on ProGet. */

const SYNC = [...MEMBERS, 'sync', '--yes'];
const [LOWER, UPPER, OTHER] = ['dup@corp.com', 'DUP@corp.com', 'mlee@corp.com'] as const;

function file(text: string): string {
  const path = join(temporaryFolder(), 'team.csv');
  writeFileSync(path, text);
  return path;
}

async function infisical(members: readonly string[]) {
  const fake = new FakeInfisical();
  for (const username of [LOWER, UPPER, OTHER]) fake.addUsers(1, () => ({ username }));
  fake.addGroup('QA', members);
  const { url } = await serve(fake.handler());
  const source = [`--source=${url}`, '--kind=infisical', `--api-key=${TOKEN}`, '--name=QA'];
  const user = cli();
  const run = (...argv: string[]) => user.run([...argv, ...source]);
  return { fake, user, run };
}

describe('two accounts that differ in case only', () => {
  it.each([
    ['--member', () => [`--member=${LOWER}`, `--member=${UPPER}`]],
    ['--file', () => [`--file=${file(`User\n${LOWER}\n${UPPER}\n`)}`]],
  ])('are both added, typed exactly (%s)', async (_, who) => {
    const { fake, run } = await infisical([]);
    const result = await run(...ADD, ...who(), '--json');
    const { outcomes } = JSON.parse(result.stdout) as ChangeResult;
    expect(outcomes).toMatchObject([
      { member: LOWER, outcome: 'added', verified: true },
      { member: UPPER, outcome: 'added', verified: true },
    ]);
    expect(fake.membersOf('QA')).toEqual([LOWER, UPPER]);
  });

  it('are one where both mean the same', async () => {
    const { fake, user, run } = await infisical([]);
    const who = [`--member=${OTHER}`, `--member=${OTHER.toUpperCase()}`];
    expect((await run(...ADD, ...who)).stdout).toBe(`Added ${OTHER} to QA.\n`);
    expect(fake.membersOf('QA')).toEqual([OTHER]);
    expect(journals(user)[0]?.[0]?.['rows']).toHaveLength(1);
  });

  it('stay when the list of the group is synced back', async () => {
    const { fake, run } = await infisical([LOWER, UPPER, OTHER]);
    const { stdout } = await run(...LIST, '--output=csv');
    const result = await run(...SYNC, `--file=${file(stdout)}`);
    expect(result.stdout).toBe('= 3 unchanged\nQA: 0 added, 0 removed, 3 unchanged.\n');
    expect(fake.membersOf('QA')).toEqual([LOWER, UPPER, OTHER]);
  });

  it('are told apart by sync', async () => {
    const { fake, run } = await infisical([LOWER, OTHER]);
    const result = await run(...SYNC, `--file=${file(`User\n${UPPER}\n${OTHER}\n`)}`);
    expect(result.stdout).toContain(`+ ${UPPER}\n- ${LOWER}\n= 1 unchanged\n`);
    expect(fake.membersOf('QA').sort()).toEqual([UPPER, OTHER]);
  });

  it('count without their case where nobody was asked how the server spells them', async () => {
    const { fake, run } = await infisical([OTHER]);
    const names = file(`User\n${OTHER.toUpperCase()}\n`);
    const result = await run(...SYNC, `--file=${names}`, '--no-user-check');
    expect(result.stdout).toBe('= 1 unchanged\nQA: 0 added, 0 removed, 1 unchanged.\n');
    expect(fake.membersOf('QA')).toEqual([OTHER]);
  });
});

describe('two spellings in one ProGet group', () => {
  const TWINS = ['DJones', 'djones', 'u1', 'u2', 'u3', 'u4'];
  const proget = (): ReturnType<typeof fakeProget> => {
    const state = fakeProget(TWINS);
    // The list of users has one of them.
    state.users = state.users.filter(({ name }) => name !== 'DJones');
    return state;
  };

  it.each([[[]], [['--no-user-check']]])(
    'both stay when the list of the group is synced back %j',
    async (options) => {
      const state = proget();
      const handlers = addHandlers(state).slice(options.length === 0 ? 0 : 1, 2);
      const server = await serve(...handlers);
      const path = file(`User\n${TWINS.join('\n')}\n`);
      const argv = [...SYNC, '--name=Developers', `--file=${path}`, ...options, ...at(server)];
      const result = await cli().run([...argv, '--allow-self']);
      expect(result.stdout).toBe('= 6 unchanged\nDevelopers: 0 added, 0 removed, 6 unchanged.\n');
    },
  );

  it('go by the one that is typed', async () => {
    const state = proget();
    const server = await serve(...addHandlers(state));
    const path = file(`User\nDJones\n${TWINS.slice(2).join('\n')}\n`);
    const argv = [...SYNC, '--name=Developers', `--file=${path}`, ...at(server), '--allow-self'];
    expect((await cli().run(argv)).stdout).toContain('- djones\n= 5 unchanged\n');
    expect(state.groups[0]?.users).toEqual(['DJones', 'u1', 'u2', 'u3', 'u4']);
  });

  it('leave no row behind when both were taken out and are put back', async () => {
    const state = proget();
    const server = await serve(...addHandlers(state));
    const user = cli();
    const who = ['--member=djones', '--member=DJones'];
    const removed = await user.run([...REMOVE, '--name=Developers', ...who, ...at(server)]);
    expect(removed.stdout).toContain('Developers: 2 removed.\n');
    const [, key = ''] = at(server);
    const undone = await user.run(['undo', 'latest', '--yes', key]);
    expect(undone).toMatchObject({ code: 0, stdout: 'Added djones to Developers.\n' });
    expect(state.groups[0]?.users).toEqual(['u1', 'u2', 'u3', 'u4', 'djones']);
    const shown = (await user.json(['history', 'show', 'latest'])) as { states: object };
    expect(shown.states).toEqual({ done: 1, notDone: 0, inDoubt: 0, untouched: 0 });
  });

  it('are one addition where the group has neither', async () => {
    const state = fakeProget(['u1']);
    const server = await serve(listGroups(state), updateGroup(state));
    const who = ['--member=corp\\bob', '--member=CORP\\Bob', '--no-user-check'];
    const user = cli();
    const result = await user.run([...ADD, '--name=Developers', ...who, ...at(server)]);
    expect(result.stdout).toBe('Added corp\\bob to Developers.\n');
    expect(state.groups[0]?.users).toEqual(['u1', 'corp\\bob']);
    expect(journals(user)[0]?.[0]?.['rows']).toHaveLength(1);
  });

  it('are one removal where the group has one, and leave no row behind', async () => {
    const state = fakeProget(['leaver', 'u1', 'u2', 'u3', 'u4']);
    const server = await serve(listGroups(state), updateGroup(state));
    const user = cli();
    const path = file('User\nleaver\nLEAVER\n');
    const argv = [...REMOVE, '--name=Developers', `--file=${path}`, '--allow-self', ...at(server)];
    expect((await user.run(argv)).stdout).toBe('Removed leaver from Developers.\n');
    expect(journals(user)[0]?.[0]?.['rows']).toHaveLength(1);
  });
});
