import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { cli } from '../helpers/cli.ts';
import { fakeProget, listGroups } from '../helpers/proget.ts';
import { serve } from '../helpers/server.ts';

const ADD = ['security', 'groups', 'members', 'add', '--source=sandbox'];

describe('--query and --output=yaml', () => {
  const GROUPS = ['security', 'groups', 'list', '--source=sandbox'];

  it('print a part of the JSON document, and YAML', async () => {
    const user = cli();
    expect((await user.run([...GROUPS, '--query=[0].name'])).stdout).toBe('"Administrators"\n');
    expect(await user.json([...GROUPS, '--query=[?memberCount==`0`].name'])).toEqual(['Engineers']);
    expect((await user.run([...GROUPS, '--query=[].nothing'])).stdout).toBe('[]\n');
    expect((await user.run([...GROUPS, '--query=[:2].name', '-o', 'yaml'])).stdout).toBe(
      '- Administrators\n- Developers\n',
    );
    expect((await user.run([...GROUPS, '--output=yaml'])).stdout).toMatch(
      /^- name: Administrators\n {2}memberCount: 2\n/,
    );
  });

  it('refuse what is not JMESPath before anything is done: 2', async () => {
    const user = cli();
    const result = await user.run([...ADD, '--name=QA', '--member=jsmith', '--query=[', '--json']);
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(JSON.parse(result.stderr)).toMatchObject({ error: { code: 'bad-query' } });
    expect(await user.json(['history'])).toEqual([]);
    expect((await user.run([...GROUPS, '--query=[]', '--output=csv'])).code).toBe(2);
  });

  it.each([
    ['[].', 'it ends too early, after "[]."'],
    ['foo[*', 'it ends too early, after "foo[*"'],
    ['a b', '"b" cannot stand after "a "'],
    ['name]', '"]" cannot stand after "name"'],
    ['sort_by(a, &)', '")" cannot stand after "sort_by(a, &"'],
    ['[?name==`1`] x', '"x" cannot stand after "[?name==`1`] "'],
    [']', '"]" cannot stand at its beginning'],
    ['#x', 'Unknown character:#'],
    ['[].keyz(@)', 'there is no function "keyz"'],
    ['length([?starts_with(nam(@), `a`)])', 'there is no function "nam"'],
  ])('say where %s is damaged', async (query, problem) => {
    const { code, stdout, stderr } = await cli().run([...GROUPS, `--query=${query}`]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(JSON.parse(stderr)).toMatchObject({
      error: {
        message: `--query is not a valid JMESPath expression: ${problem}.`,
        hint: "Example: --query='outcomes[].member'",
      },
    });
  });

  it('print all of it where a function of the query does not fit: what was done is never lost', async () => {
    const user = cli();
    const add = [...ADD, '--name=QA', '--member=jsmith', '--query=abs(group)'];
    const result = await user.run(add);
    expect(result.code).toBe(2);
    expect(JSON.parse(result.stdout)).toMatchObject({ summary: { added: 1 } });
    const { error } = JSON.parse(result.stderr) as { error: object };
    expect(error).toMatchObject({
      code: 'bad-query',
      message:
        '--query does not fit the result, which is printed whole: abs() expected argument 1 to be type number but received type object instead.',
      hint: 'The command itself is done; only what it prints differs.',
    });
    expect(error).not.toHaveProperty('nothingWritten');
    const failed = await user.run([...ADD, '--name=QA', '--member=nobody', '--query=abs(group)']);
    expect(failed.code).toBe(4);
    expect(JSON.parse(failed.stdout)).toMatchObject({ summary: { noSuchUser: 1 } });
  });

  it('show no character that cannot be seen, and YAML reads back as the same names', async () => {
    const names = ['A\u202eB', 'tag \u{E0041}', `long ${'word '.repeat(40)}\u200b`];
    const state = fakeProget();
    state.groups = names.map((name) => ({ name, users: [] }));
    const server = await serve(listGroups(state));
    const list = ['security', 'groups', 'list', `--source=${server.url}`, '--api-key=abc12345'];
    const yaml = (await cli().run([...list, '-o', 'yaml'])).stdout;
    expect(yaml).toMatch(/^[ -~\n]+$/);
    expect((parse(yaml) as { name: string }[]).map(({ name }) => name)).toEqual(names);
    expect(yaml.split('\n')[0]).toBe('- name: "A\\u202eB"');
    const query = (await cli().run([...list, '--query=[].name'])).stdout;
    expect(query).toMatch(/^[ -~\n]+$/);
    expect(JSON.parse(query)).toEqual(names);
  });
});
