import { describe, expect, it } from 'vitest';
import { FakeInfisical, TOKEN } from '../../backends/infisical/fake.ts';
import { cli } from '../../helpers/cli.ts';
import { serve } from '../../helpers/server.ts';

const ANN = 'user00000@corp.com';

/** ANN is added, and a replica shows it only after the run has given up reading. */
async function addedAndShownLate() {
  const fake = new FakeInfisical().addUsers(1);
  const group = fake.addGroup('Developers');
  let added: string[] | undefined;
  fake.intercept = (method) => {
    if (method === 'POST') {
      added = [...group.members, '00000000-0000-4000-8000-000000000000'];
      return { status: 200, body: fake.users[0] };
    }
    return undefined;
  };
  const server = await serve(fake.handler());
  const user = cli();
  const add = ['security', 'groups', 'members', 'add', '--name=Developers', `--member=${ANN}`];
  const key = `--api-key=${TOKEN}`;
  const late = await user.run([...add, `--source=${server.url}`, '--kind=infisical', key]);
  expect(late.code).toBe(5);
  group.members = added ?? [];
  fake.intercept = undefined;
  const writes = (): string[] => fake.calls.filter((call) => !call.startsWith('GET'));
  return { fake, writes, run: (...argv: string[]) => user.run([...argv, key]) };
}

describe('a change that the server accepted and did not show in time', () => {
  it('is taken back by undo', async () => {
    const { fake, run } = await addedAndShownLate();
    expect(await run('undo', 'latest', '--yes')).toMatchObject({
      code: 0,
      stdout: `Removed ${ANN} from Developers.\n`,
    });
    expect(fake.membersOf('Developers')).toEqual([]);
  });

  it('is credited to the resume that finds it, and to nobody else', async () => {
    const { fake, writes, run } = await addedAndShownLate();
    const sent = writes().length;
    expect(await run('resume', 'latest')).toMatchObject({
      code: 0,
      stdout: `Added ${ANN} to Developers.\n`,
    });
    expect(writes()).toHaveLength(sent);
    expect(await run('undo', 'latest', '--yes')).toMatchObject({ code: 0 });
    expect(fake.membersOf('Developers')).toEqual([]);
  });
});
