import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FakeInfisical, TOKEN, uuid } from '../../backends/infisical/fake.ts';
import { cli } from '../../helpers/cli.ts';
import { serve } from '../../helpers/server.ts';
import { MEMBERS } from '../../commands/helpers.ts';
import { oddStage } from './odd-stage.ts';

/** `members list | members sync --file=-` gives the same members, always. */

describe('members list into members sync', () => {
  it('keeps a name that begins as a comment does', async () => {
    const stage = await oddStage({
      QA: ['jsmith', '#ops-bot', 'djones'],
      QA2: ['#ops-bot', 'jsmith', 'djones'],
    });
    for (const [group, list] of [
      ['QA', 'jsmith\n"#ops-bot"\ndjones\n'],
      ['QA2', '"#ops-bot"\njsmith\ndjones\n'],
    ] as const) {
      const { stdout } = await stage.run(['list', `--name=${group}`]);
      expect(stdout).toBe(list);
      const argv = ['sync', `--name=${group}`, '--file=-', '--yes'];
      expect(await stage.run(argv, { stdin: stdout })).toMatchObject({
        code: 0,
        stdout: `= 3 unchanged\n${group}: 0 added, 0 removed, 3 unchanged.\n`,
      });
    }
    expect(stage.server.writes()).toEqual([]);
  });

  it('and into members remove never means somebody whose name looks the same', async () => {
    const stage = await oddStage({ QA: ['jsm\u0000ith', 'lchen'], Dev: ['jsmith', 'x'] }, [
      'jsmith',
    ]);
    const { stdout } = await stage.run(['list', '--name=QA']);
    expect(stdout).toBe('"jsm\\u0000ith"\nlchen\n');
    const argv = ['remove', '--name=Dev', '--file=-'];
    expect(await stage.run(argv, { stdin: stdout })).toMatchObject({
      code: 0,
      stdout: [
        'jsm\\u{0}ith is not a member of Dev; nothing to do.',
        'lchen is not a member of Dev; nothing to do.',
        'Dev: 2 already absent.',
        '',
      ].join('\n'),
    });
    expect(stage.members('Dev')).toEqual(['jsmith', 'x']);
  });

  it('still reads a comment, and \\# as a name', async () => {
    const stage = await oddStage({ QA: ['#ops-bot', 'a', 'b'] });
    const argv = ['sync', '--name=QA', '--file=-', '--yes', '--dry-run'];
    const stdin = '# the team\n\\#ops-bot\na\nb\n';
    expect((await stage.run(argv, { stdin })).stdout).toContain('= 3 unchanged');
  });

  it.each([['--output=human'], ['--output=csv'], ['--json']])(
    'keeps a member who is called by blanks alone: %s',
    async (output) => {
      const stage = await oddStage({ QA: ['  ', 'jsmith'] });
      const { stdout } = await stage.run(['list', '--name=QA', output]);
      const argv = ['sync', '--name=QA', '--file=-', '--yes'];
      expect(await stage.run(argv, { stdin: stdout })).toMatchObject({
        code: 0,
        stdout: '= 2 unchanged\nQA: 0 added, 0 removed, 2 unchanged.\n',
      });
      expect(stage.server.writes()).toEqual([]);
    },
  );

  const name = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 5 }),
    fc.string({ unit: 'grapheme', maxLength: 10 }),
    fc
      .array(
        fc.constantFrom(
          'User',
          ',',
          ';',
          ' ',
          '#',
          '"',
          '\\',
          'jsmith',
          'JSMITH',
          '(2 rows)',
          ':',
          '\u200b',
          '\n',
          '[',
          '-',
        ),
        { minLength: 1, maxLength: 4 },
      )
      .map((parts) => parts.join('')),
  );

  it.each([
    ['a list', []],
    ['a list, without a user check', ['--no-user-check']],
    ['JSON', ['--json']],
    ['CSV', ['--output=csv']],
  ])('keeps whatever names a server has: %s', async (_, options) => {
    const stage = await oddStage({ QA: [], Other: ['jsmith'] }, ['jsmith', 'lchen']);
    const [group] = stage.groups;
    const output = options.filter((each) => each !== '--no-user-check');
    const check = options.filter((each) => each === '--no-user-check');
    await fc.assert(
      fc.asyncProperty(fc.array(name, { minLength: 1, maxLength: 5 }), async (members) => {
        // CSV and JSON cannot tell an empty name from an empty cell: these are refused.
        fc.pre(output.length === 0 || !members.includes(''));
        group!.users = [...members];
        const { stdout } = await stage.run(['list', '--name=QA', ...output]);
        const argv = ['sync', '--name=QA', '--file=-', '--yes', '--allow-self', ...check];
        const { code, stderr } = await stage.run(argv, { stdin: stdout });
        expect({ code, stderr, users: group!.users }).toEqual({
          code: 0,
          stderr: '',
          users: members,
        });
      }),
      { numRuns: 60 },
    );
    expect(stage.server.writes()).toEqual([]);
  });

  it('keeps machine identities, whose ids a list has among the names (Infisical)', async () => {
    const fake = new FakeInfisical().addUsers(2);
    const group = fake.addGroup('QA', [fake.users[0]!.username]);
    fake.identities.push({ id: uuid(77), name: 'ci' }, { id: uuid(78), name: 'cd' });
    group.identities.push(uuid(77));
    const { url } = await serve(fake.handler());
    const source = [`--source=${url}`, '--kind=infisical', `--api-key=${TOKEN}`];
    const { stdout } = await cli().run([...MEMBERS, 'list', '--name=QA', ...source]);
    expect(stdout.split('\n')).toContain(uuid(77));
    const argv = [...MEMBERS, 'sync', '--name=QA', '--file=-', '--yes', ...source];
    expect(await cli().run(argv, { stdin: stdout })).toMatchObject({
      code: 0,
      stdout: '= 1 unchanged\nQA: 0 added, 0 removed, 1 unchanged.\n',
    });
    // One that is not in the group is a name as any other, and nobody has it.
    const other = await cli().run(argv, { stdin: `${stdout}${uuid(78)}\n` });
    expect(other.code).toBe(4);
    expect(group.identities).toEqual([uuid(77)]);
  });
});
