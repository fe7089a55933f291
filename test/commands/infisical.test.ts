import { describe, expect, it } from 'vitest';
import { cli } from '../helpers/cli.ts';
import type { ChangeResult } from '../../src/domain/outcome.ts';

/** What only one kind of server has, through the whole program, on the sandboxes. */

const MEMBERS = ['security', 'groups', 'members'];
const READER = 'sandbox:infisical';

describe('machine identities as members', () => {
  it('are added and removed by id beside people, and listed with their type', async () => {
    const user = cli();
    const list = [...MEMBERS, 'list', '--name=Developers', `--source=${READER}`];
    const before = (await user.json(list)) as { member: string; type: string }[];
    const bot = before.find(({ type }) => type === 'identity')?.member ?? '';
    expect(bot).not.toBe('');

    const who = ['--name=QA', `--source=${READER}`, `--identity=${bot}`, '--member=jsmith'];
    const added = (await user.json([...MEMBERS, 'add', ...who])) as ChangeResult;
    expect(added.outcomes).toMatchObject([
      { member: 'jsmith', type: 'user', outcome: 'added', verified: true },
      { member: bot, type: 'identity', outcome: 'added', verified: true },
    ]);
    const shown = await user.run([...MEMBERS, 'list', '--name=QA', `--source=${READER}`], {
      tty: true,
    });
    expect(shown.stdout).toContain(`${bot}  identity\n`);
    expect(shown.stdout).toMatch(/jsmith +user\n/);

    const removed = (await user.json([...MEMBERS, 'remove', ...who])) as ChangeResult;
    expect(removed.outcomes.map(({ type, outcome }) => [type, outcome])).toEqual([
      ['user', 'removed'],
      ['identity', 'removed'],
    ]);
  });

  it.each([[[...MEMBERS, 'add', '--name=QA']], [['security', 'groups', 'members', 'where']]])(
    'have an ID, and a name is answered with where to find it: %j',
    async (words) => {
      const argv = [...words, `--source=${READER}`, '--identity=deploy-bot'];
      const { code, stderr } = await cli().run(argv);
      expect(code).toBe(4);
      expect(stderr).toContain('There is no machine identity with the id "deploy-bot"');
      expect(stderr).toContain('\nHint: A machine identity is named by its ID, not by its name: ');
    },
  );

  it('are refused where a server has none', async () => {
    const result = await cli().run([
      ...MEMBERS,
      'add',
      '--name=QA',
      '--identity=x',
      '--source=sandbox',
    ]);
    expect(result).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'groupctl: A ProGet server has no machine identities. --identity works on an Infisical server only.\n',
    });
  });
});

describe('groups create', () => {
  it('takes a slug on infisical, and finds the group by it', async () => {
    const user = cli();
    const create = ['security', 'groups', 'create', '--name=Release Team', '--slug=release-team'];
    expect(await user.json([...create, `--source=${READER}`])).toMatchObject({
      group: { name: 'Release Team', slug: 'release-team' },
      outcome: 'created',
    });
    const add = [...MEMBERS, 'add', '--name=release-team', '--member=jsmith', `--source=${READER}`];
    expect((await user.run(add)).stdout).toBe('Added jsmith to Release Team.\n');
  });

  it('refuses a slug on proget, before anything is sent', async () => {
    const create = [
      'security',
      'groups',
      'create',
      '--name=X',
      '--slug=x-team',
      '--source=sandbox',
    ];
    expect(await cli().run(create)).toEqual({
      code: 2,
      stdout: '',
      stderr: 'groupctl: --slug works on an Infisical server only.\n',
    });
  });
});

describe('names that mean several', () => {
  it('two groups of one name are refused, slug and id of each shown', async () => {
    const list = [...MEMBERS, 'list', '--name=Duplicates', `--source=${READER}`];
    const { code, stderr } = await cli().run(list);
    expect(code).toBe(2);
    expect(stderr).toContain('duplicates-one');
    expect(stderr).toContain('duplicates-two');
  });

  it('case twins are refused unless typed exactly', async () => {
    const user = cli();
    const add = [...MEMBERS, 'add', '--name=QA', `--source=${READER}`];
    expect((await user.run([...add, '--member=Dup@corp.test'])).code).toBe(2);
    const exact = await user.run([...add, '--member=dup@corp.test']);
    expect(exact.stdout).toBe('Added dup@corp.test to QA.\n');
  });
});

it('--no-verify does not read back, and says so', async () => {
  const add = [
    ...MEMBERS,
    'add',
    '--name=QA',
    '--member=jsmith',
    `--source=${READER}`,
    '--no-verify',
  ];
  expect((await cli().run(add)).stdout).toBe('Added jsmith to QA (not verified).\n');
});

it('--client-secret-stdin and --api-key-stdin cannot both read standard input', async () => {
  const list = [
    'security',
    'groups',
    'list',
    `--source=${READER}`,
    '--api-key-stdin',
    '--client-secret-stdin',
  ];
  expect(await cli().run(list, { stdin: 'x' })).toEqual({
    code: 2,
    stdout: '',
    stderr:
      'groupctl: --api-key-stdin and --client-secret-stdin are both given. Use one or the other.\n',
  });
});

it('an identity logs in with --client-id and a secret from standard input', async () => {
  const { SANDBOX_CLIENT } = await import('../../src/sandbox/infisical/seed.ts');
  const user = cli();
  const list = [...MEMBERS, 'list', '--name=QA', `--source=${READER}`];
  const login = [`--client-id=${SANDBOX_CLIENT.clientId}`, '--client-secret-stdin'];
  const good = await user.run([...list, ...login], { stdin: `${SANDBOX_CLIENT.clientSecret}\r\n` });
  expect(good).toMatchObject({ code: 0, stderr: '' });
  const wrong = await user.run([...list, ...login], { stdin: 'wrong-secret-word' });
  expect(wrong).toMatchObject({ code: 3, stdout: '' });
  expect(wrong.stderr).not.toContain('wrong-secret-word');
});
