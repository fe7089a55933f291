import { describe, expect, it } from 'vitest';
import { printResult } from '../../src/output/present.ts';
import { PLAIN } from '../../src/output/style.ts';
import { cli } from '../helpers/cli.ts';
import { fakeProget, listGroups } from '../helpers/proget.ts';
import { serve } from '../helpers/server.ts';
import { summary } from '../helpers/summary.ts';

const MEMBERS = ['security', 'groups', 'members'];
const ODD = [
  'Smith, John',
  'the "boss"',
  'CORP\\akhan',
  ' padded ',
  'a;b',
  'two\nlines',
  '=1+1',
  'Zoë',
];

describe('the formats of a list', () => {
  it('members list prints one bare name a line, a bare array, or CSV', async () => {
    const server = await serve(listGroups(fakeProget(ODD.filter((name) => !name.includes('\n')))));
    const run = async (...argv: string[]): Promise<string> =>
      (
        await cli().run([
          ...MEMBERS,
          'list',
          '--name=Developers',
          `--source=${server.url}`,
          ...argv,
        ])
      ).stdout;
    expect(await run()).toBe(
      'Smith, John\nthe "boss"\nCORP\\akhan\n" padded "\n"a;b"\n=1+1\nZoë\n',
    );
    expect(JSON.parse(await run('--json'))).toEqual(
      ['Smith, John', 'the "boss"', 'CORP\\akhan', ' padded ', 'a;b', '=1+1', 'Zoë'].map(
        (member) => ({
          member,
          type: 'user',
        }),
      ),
    );
    expect(await run('--output=csv')).toBe(
      'member,type\n"Smith, John",user\n"the ""boss""",user\nCORP\\akhan,user\n" padded ",user\na;b,user\n=1+1,user\nZoë,user\n',
    );
  });

  it('members list quotes a line end in CSV', async () => {
    const server = await serve(listGroups(fakeProget(['two\nlines'])));
    const argv = [
      ...MEMBERS,
      'list',
      '--name=Developers',
      `--source=${server.url}`,
      '--output=csv',
    ];
    expect((await cli().run(argv)).stdout).toBe('member,type\n"two\nlines",user\n');
  });

  it('members list counts for a person at a terminal', async () => {
    const argv = [...MEMBERS, 'list', '--name=QA', '--source=sandbox', '--no-color'];
    expect((await cli().run(argv, { tty: true })).stdout).toBe(
      'Zoë Müller\nlchen\n2 members in QA\n',
    );
  });

  it('members list of an empty group prints no line, an empty array, or the header', async () => {
    const argv = [...MEMBERS, 'list', '--name=Engineers', '--source=sandbox'];
    expect((await cli().run(argv)).stdout).toBe('');
    expect((await cli().run([...argv, '--json'])).stdout).toBe('[]\n');
    expect((await cli().run([...argv, '--output=csv'])).stdout).toBe('member,type\n');
  });

  it('groups list prints one group a line, a bare array, or CSV', async () => {
    const state = {
      ...fakeProget(),
      groups: [{ name: 'A, B', users: ['x', 'y'] }, { name: 'C', users: [] }, { name: 'D' }],
    };
    const server = await serve(listGroups(state));
    const run = async (...argv: string[]): Promise<string> =>
      (await cli().run(['security', 'groups', 'list', `--source=${server.url}`, ...argv])).stdout;
    expect(await run()).toBe('A, B (members: 2)\nC (members: 0)\nD (members: )\n');
    expect(JSON.parse(await run('--json'))).toEqual([
      { name: 'A, B', memberCount: 2 },
      { name: 'C', memberCount: 0 },
      { name: 'D' },
    ]);
    expect(await run('--output=csv')).toBe('name,id,slug,memberCount\n"A, B",,,2\nC,,,0\nD,,,\n');
  });
});

describe('a change', () => {
  const argv = [
    ...MEMBERS,
    'add',
    '--name=developers',
    '--source=sandbox',
    '--member=John smith',
    '--member=DJONES',
  ];

  it('is one document in JSON', async () => {
    const result = (await cli().json(argv)) as { run: string };
    expect(result).toEqual({
      schema: 1,
      source: 'sandbox',
      kind: 'proget',
      group: { name: 'Developers', memberCount: 4 },
      dryRun: false,
      outcomes: [
        {
          member: 'John Smith',
          requested: 'John smith',
          type: 'user',
          op: 'add',
          outcome: 'added',
          verified: true,
        },
        {
          member: 'djones',
          requested: 'DJONES',
          type: 'user',
          op: 'add',
          outcome: 'already-member',
          verified: true,
        },
      ],
      summary: summary({ added: 1, alreadyMember: 1 }),
      run: result.run,
    });
    expect(result.run).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
  });

  it('is a row an outcome in CSV', async () => {
    const { code, stdout } = await cli().run([
      ...argv,
      '--member=nobody',
      '--skip-unknown',
      '--output=csv',
    ]);
    expect(code).toBe(7);
    expect(stdout).toBe(
      'member,requested,type,op,outcome,verified,error\n' +
        'John Smith,John smith,user,add,added,true,\n' +
        'djones,DJONES,user,add,already-member,true,\n' +
        'nobody,nobody,user,add,no-such-user,false,"There is no user named ""nobody""."\n',
    );
  });

  it('is a sentence a row for people, and a sum', async () => {
    expect(await cli().run(argv)).toEqual({
      code: 0,
      stdout:
        'Added John Smith to Developers.\ndjones is already a member of Developers; nothing to do.\nDevelopers: 1 added, 1 already a member.\n',
      stderr: '',
    });
  });

  it('has no run where it was rehearsed', async () => {
    const result = await cli().json([...argv, '--dry-run']);
    expect(result).toMatchObject({ dryRun: true, summary: { planned: 1, alreadyMember: 1 } });
    expect(result).not.toHaveProperty('run');
  });

  it('of a group', async () => {
    const user = cli();
    const at = '--source=sandbox';
    const groups = ['security', 'groups'];
    expect((await user.run([...groups, 'create', '--name=New', at])).stdout).toBe(
      'Created the group New.\n',
    );
    expect((await user.run([...groups, 'delete', '--name=new', at, '--output=csv'])).stdout).toBe(
      'name,op,outcome\nNew,delete,deleted\n',
    );
    expect(await user.json([...groups, 'delete', '--name=QAA', at])).toEqual({
      schema: 1,
      source: 'sandbox',
      kind: 'proget',
      group: { name: 'QAA' },
      dryRun: false,
      op: 'delete',
      outcome: 'already-absent',
      near: ['QA'],
    });
  });
});

it('a document is printed as JSON.stringify would, however long its lists are', async () => {
  const rows = (count: number): object[] =>
    Array.from({ length: count }, (_, at) => ({ member: `two\nlines ${at}`, row: { line: at } }));
  const documents: unknown[] = [
    {},
    [],
    null,
    { a: undefined, b: [], c: {}, d: [[1], []] },
    { schema: 1, outcomes: rows(3), summary: { added: 3 } },
    { schema: 1, gone: undefined, outcomes: rows(2500), run: 'x' },
    rows(1000),
    rows(1001),
    rows(2000),
  ];
  for (const json of documents) {
    let text = '';
    const stdout = { isTTY: false, write: (piece: string) => void (text += piece) };
    const presentation = { json, csv: { columns: [], rows: [] }, human: () => [] };
    const io = { stdout, stderr: stdout, stdinIsTTY: false, readStdin: async () => Buffer.of() };
    await printResult(presentation, { format: 'json' }, io, PLAIN);
    expect(text).toBe(`${JSON.stringify(json, null, 2)}\n`);
  }
});
