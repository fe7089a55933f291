import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cli, temporaryFolder } from '../../helpers/cli.ts';
import {
  addHandlers,
  fakeProget,
  GROUPS,
  listGroups,
  listUsers,
  status,
  inTurn,
  UPDATE,
  updateGroup,
  USERS,
} from '../../helpers/proget.ts';
import { serve } from '../../helpers/server.ts';
import { ADD, at, journals, jsonError, MEMBERS, REMOVE } from '../../commands/helpers.ts';

/** A file in a folder of its own. */
function file(text: string | Buffer, name = 'team.csv'): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, text);
  return path;
}

const NAME = '--name=Developers';

describe('members add --file', () => {
  it.each(['', 'c1\n'])('is not from standard input beside a key: %j', async (stdin) => {
    for (const verb of ['add', 'sync']) {
      const argv = [
        ...MEMBERS,
        verb,
        NAME,
        '--file=-',
        '--api-key-stdin',
        '--source=http://h.test',
      ];
      expect(await cli().run(argv, { stdin })).toEqual({
        code: 2,
        stdout: '',
        stderr:
          'groupctl: --file - and --api-key-stdin both read standard input. Only one of them can.\n',
      });
    }
  });

  it('takes the vendor CSV as it is, beside --member, in one write', async () => {
    const state = fakeProget(['djones'], ['mlee']);
    const server = await serve(...addHandlers(state));
    const path = file('User\r\nJSmith\r\n"John Smith"\r\nDJONES\r\njsmith\r\n');
    const result = await cli().run([
      ...ADD,
      NAME,
      '--member=mlee',
      `--file=${path}`,
      ...at(server),
      '--json',
    ]);
    expect(result.code).toBe(0);
    const { outcomes, summary } = JSON.parse(result.stdout) as Record<string, unknown>;
    expect(outcomes).toMatchObject([
      { member: 'mlee', outcome: 'added' },
      { member: 'jsmith', requested: 'JSmith', row: { file: path, line: 2 }, outcome: 'added' },
      { member: 'John Smith', row: { file: path, line: 3 }, outcome: 'added' },
      { member: 'djones', row: { file: path, line: 4 }, outcome: 'already-member' },
    ]);
    expect((outcomes as object[])[0]).not.toHaveProperty('row');
    expect(summary).toMatchObject({ added: 3, alreadyMember: 1 });
    expect(server.calls()).toEqual([USERS, GROUPS, UPDATE, GROUPS]);
    expect(server.writes()).toEqual([
      { name: 'Developers', users: ['djones', 'mlee', 'jsmith', 'John Smith'] },
    ]);
  });

  it('says in CSV where each row stood', async () => {
    const server = await serve(...addHandlers(fakeProget()));
    const path = file('jsmith\n', 'team.txt');
    const argv = [...ADD, NAME, '--member=John Smith', `--file=${path}`, ...at(server)];
    expect(await cli().run([...argv, '--output=csv'])).toMatchObject({
      code: 0,
      stdout: [
        'member,requested,type,op,outcome,verified,error,file,line',
        'John Smith,John Smith,user,add,added,true,,,',
        `jsmith,jsmith,user,add,added,true,,${path},1`,
        '',
      ].join('\n'),
    });
  });

  it('reads a list from standard input', async () => {
    const state = fakeProget();
    const server = await serve(...addHandlers(state));
    const result = await cli().run([...ADD, NAME, '--file', '-', ...at(server)], {
      stdin: '# the new ones\njsmith\n\nJohn Smith\n',
    });
    expect(result).toMatchObject({ code: 0 });
    expect(state.groups[0]?.users).toEqual(['djones', 'jsmith', 'John Smith']);
  });

  it('reads standard input for one thing only', async () => {
    const source = ['--source=http://127.0.0.1:9'];
    const result = await cli().run([...ADD, NAME, '--file=-', '--api-key-stdin', ...source], {
      stdin: 'x\n',
    });
    expect(result.code).toBe(2);
    expect(result.stderr).toContain('--file');
    expect(result.stderr).toContain('--api-key-stdin');
  });

  it('stops at a bad file before it asks the server anything', async () => {
    const server = await serve();
    for (const [text, word] of [
      ['User\njsmith\n1.16E+20\n', 'line 3'],
      ['Name,User\n"a,b\n', 'line 2'],
      ['', 'no names'],
      ['First,Last\nJohn,Smith\n', '--column'],
    ] as const) {
      const path = file(text);
      const result = await cli().run([...ADD, NAME, `--file=${path}`, ...at(server)]);
      expect(result.code).toBe(2);
      expect(result.stderr).toContain(path);
      expect(result.stderr).toContain(word);
    }
    expect(server.calls()).toEqual([]);
  });

  it.each([
    [
      'User,Type\njsmith,Employee\n',
      ', line 2: the type Employee is neither user nor identity. Write user, identity or nothing there; if the column is about something else, rename it. Nothing was written.',
    ],
    [
      'User\n"jsmith\n',
      ', line 2: a quoted cell in this row is never closed. Put a quote (") at the end of the cell, or quote it whole and double the quotes in it. Nothing was written.',
    ],
    [
      'User,Team\njsmith,QA\n',
      ' has no column Zzz; it has User, Team. Name one of its columns with --column, or leave it out. Nothing was written.',
      '--column=Zzz',
    ],
  ])('says what is wrong and how to go on: %j', async (text, said, ...options) => {
    const path = file(text);
    const source = '--source=http://127.0.0.1:9';
    const result = await cli().run([...ADD, NAME, `--file=${path}`, ...options, source]);
    expect(result).toEqual({ code: 2, stdout: '', stderr: `groupctl: ${path}${said}\n` });
  });

  it.each([
    ['["jsmith",\n"akhan",\n,"mlee"]\n', [], 3],
    ['hello\nworld\n\n', ['--format=json'], 1],
  ])('names the line where JSON goes wrong: %j', async (text, options, line) => {
    const path = file(text, 'team.json');
    const source = '--source=http://127.0.0.1:9';
    expect(await cli().run([...ADD, NAME, `--file=${path}`, ...options, source])).toEqual({
      code: 2,
      stdout: '',
      stderr: `groupctl: ${path}, line ${line}: not valid JSON. If it is a plain list of names, use --format=list. Nothing was written.\n`,
    });
  });

  it('needs --member, --identity or --file', async () => {
    const result = await cli().run([...ADD, NAME, '--source=sandbox']);
    expect(result).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'groupctl: Missing option --member, --identity or --file for "security groups members add". See: groupctl security groups members add --help\n',
    });
  });

  it('writes all that was not done to --failures, ready to be run again', async () => {
    const state = fakeProget(['djones']);
    const server = await serve(listUsers(state), listGroups(state));
    const path = file('Id;User;Team\n1;jsmiht;A\n2;jsmith;B\n3;nobody;C\n');
    const failures = join(temporaryFolder(), 'failed.csv');
    const result = await cli().run([
      ...ADD,
      NAME,
      `--file=${path}`,
      `--failures=${failures}`,
      ...at(server),
    ]);
    expect(result.code).toBe(4);
    expect(result.stderr).toContain(`Hint: The rows that are not done are in ${failures}. `);
    expect(readFileSync(failures, 'utf8')).toBe(
      [
        'Id;User;Team;Outcome;Error',
        '1;jsmiht;A;no-such-user;"There is no user named ""jsmiht"". Did you mean jsmith?"',
        '3;nobody;C;no-such-user;"There is no user named ""nobody""."',
        '2;jsmith;B;not-tried;Other names are unknown.',
        '',
      ].join('\n'),
    );
    expect(server.writes()).toEqual([]);
  });

  it('ends the lines of --failures as those of the file, lone CRs as well', async () => {
    const state = fakeProget(['djones']);
    const server = await serve(listUsers(state), listGroups(state));
    const failures = join(temporaryFolder(), 'failed.csv');
    const argv = [`--file=${file('User\rjsmiht\r')}`, `--failures=${failures}`, ...at(server)];
    expect(await cli().run([...ADD, NAME, ...argv])).toMatchObject({ code: 4 });
    expect(readFileSync(failures, 'utf8')).toBe(
      'User,Outcome,Error\rjsmiht,no-such-user,"There is no user named ""jsmiht"". Did you mean jsmith?"\r',
    );
  });

  it('leaves no failures of an earlier run behind', async () => {
    const server = await serve(...addHandlers(fakeProget()));
    const failures = file('# format: list; rows that were not done\n# no\nold\n', 'failed.txt');
    const path = file('jsmith\n', 'team.txt');
    const argv = [...ADD, NAME, `--file=${path}`, `--failures=${failures}`, ...at(server)];
    expect(await cli().run(argv)).toMatchObject({ code: 0 });
    expect(existsSync(failures)).toBe(false);
  });

  it.each([
    ['add', [], 4, 'There is no group named "Nope".'],
    ['remove', [], 4, 'There is no group named "Nope".'],
    ['sync', ['--yes'], 4, 'There is no group named "Nope".'],
    ['sync', ['--yes', '--remove-only'], 4, undefined],
  ])(
    'leaves the rows of a %s %j that ended before them, and not those of an earlier run',
    async (verb, options, exit, why) => {
      const state = fakeProget();
      const handlers = [listUsers(state), listGroups(state)];
      // Which of them it needs to know differs by verb.
      for (const handler of handlers) handler.isUsed = true;
      const server = await serve(...handlers);
      const failures = file('# format: list; rows that were not done\n# no\nold\n', 'failed.txt');
      const path = file('# team\njsmith\nDJones\n', 'team.txt');
      const argv = [...MEMBERS, verb, '--name=Nope', `--file=${path}`, `--failures=${failures}`];
      const dry = await cli().run([...argv, ...options, ...at(server), '--dry-run']);
      expect(dry.code).toBe(exit);
      expect(readFileSync(failures, 'utf8')).toContain('old');
      const { code, stderr } = await cli().run([...argv, ...options, ...at(server)]);
      expect(code).toBe(exit);
      if (why === undefined) {
        expect(existsSync(failures)).toBe(false);
        return;
      }
      expect(stderr).toContain(`Hint: The rows that are not done are in ${failures}. `);
      const rows = ['jsmith', 'DJones'].map((name) => `# not-tried: ${why}\n${name}\n`);
      expect(readFileSync(failures, 'utf8')).toBe(
        `# format: list; rows that were not done\n${rows.join('')}`,
      );
    },
  );

  it('leaves --failures of an earlier run where the file of names cannot be read', async () => {
    const server = await serve();
    const failures = file('# format: list; rows that were not done\n# no\nold\n', 'failed.txt');
    const argv = [...ADD, NAME, `--file=${file('', 'x')}`, `--failures=${failures}`];
    expect(await cli().run([...argv, ...at(server)])).toMatchObject({ code: 2 });
    expect(readFileSync(failures, 'utf8')).toContain('old');
  });

  it.each(['# format: list\nakhan\n', 'Test,Outcome,Error\nlogin,passed,\n'])(
    'leaves a file of somebody else where it is: %j',
    async (text) => {
      const server = await serve();
      const failures = file(text, 'precious.txt');
      const path = file('jsmith\n', 'team.txt');
      const argv = [...ADD, NAME, `--file=${path}`, `--failures=${failures}`, ...at(server)];
      expect(await cli().run(argv)).toEqual({
        code: 2,
        stdout: '',
        stderr: `groupctl: ${failures} exists and was not written by groupctl, so it is not overwritten. Choose another file. Nothing was written.\n`,
      });
      expect(readFileSync(failures, 'utf8')).toBe(text);
      expect(server.calls()).toEqual([]);
    },
  );

  it('refuses a --failures that cannot be written before anything is sent', async () => {
    const server = await serve();
    const path = file('jsmith\n', 'team.txt');
    const failures = join(temporaryFolder(), 'no', 'such', 'folder.txt');
    const argv = [...ADD, NAME, `--file=${path}`, `--failures=${failures}`, ...at(server)];
    expect(await cli().run(argv)).toMatchObject({ code: 2 });
    expect(server.calls()).toEqual([]);
  });

  it('says of each row why the server refused it, with its place', async () => {
    const state = fakeProget();
    const server = await serve(
      listUsers(state),
      listGroups(state),
      inTurn('post', 'groups/update', status(400, 'Invalid users')),
    );
    const path = file('jsmith\nJohn Smith\n', 'team.txt');
    const result = await cli().run([...ADD, NAME, `--file=${path}`, ...at(server)]);
    expect(result.code).toBe(5);
    expect(result.stdout).toContain(`${path}, line 1: jsmith was not added: `);
    expect(result.stdout).toContain(`${path}, line 2: John Smith was not added: `);
  });
});

describe('members remove --file', () => {
  const MEMBERS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

  it('is guarded where --member is not', async () => {
    const state = fakeProget([...MEMBERS]);
    const server = await serve(listGroups(state), updateGroup(state));
    const path = file('a\nb\nc\n', 'leavers.txt');
    const user = cli();
    const stopped = await user.run([...REMOVE, NAME, `--file=${path}`, ...at(server), '--json']);
    expect(stopped.code).toBe(8);
    expect(jsonError(stopped.stderr)).toMatchObject({
      code: 'too-many-removals',
      message:
        'Stopped: this would remove 3 of 8 members of Developers (37.5 %); the limit is 25 %.',
      source: server.url,
    });
    expect(server.writes()).toEqual([]);
    const planned = await user.run([...REMOVE, NAME, `--file=${path}`, ...at(server), '--dry-run']);
    expect(planned.code).toBe(8);
    const argv = [...REMOVE, NAME, `--file=${path}`, ...at(server), '--max-removal-percent=38'];
    expect(await user.run(argv)).toMatchObject({ code: 0 });
    expect(state.groups[0]?.users).toEqual(['d', 'e', 'f', 'g', 'h']);
    const typed = ['d', 'e', 'f'].map((name) => `--member=${name}`);
    expect(await user.run([...REMOVE, NAME, ...typed, ...at(server)])).toMatchObject({ code: 0 });
    expect(journals(user).map(([header]) => header?.['guards'] !== undefined)).toEqual([
      true,
      false,
    ]);
  });

  it('counts the rows of a list that repeats a name, when it is guarded', async () => {
    const state = fakeProget(['a1', 'a1', 'a1', 'a1']);
    const server = await serve(listGroups(state));
    const argv = [...REMOVE, NAME, `--file=${file('a1\n', 'leavers.txt')}`, ...at(server)];
    const result = await cli().run([...argv, '--json']);
    expect(result.code).toBe(8);
    expect(jsonError(result.stderr)).toMatchObject({
      code: 'would-empty-group',
      nothingWritten: true,
      hint: 'If you really want this, run it again with --allow-empty --max-removal-percent=100.',
    });
    expect(server.writes()).toEqual([]);
  });

  it('heeds what is ruled out by an option though the names are typed', async () => {
    const server = await serve(listGroups(fakeProget([...MEMBERS])));
    const typed = [...REMOVE, NAME, '--member=a', '--member=b', ...at(server), '--json'];
    const protectedOne = await cli().run([...typed, '--protect=A']);
    expect(jsonError(protectedOne.stderr)).toMatchObject({ code: 'protected-member', exitCode: 8 });
    const many = await cli().run([...typed, '--max-removals=1']);
    expect(jsonError(many.stderr)).toMatchObject({ code: 'too-many-removals', exitCode: 8 });
    expect(server.writes()).toEqual([]);
    const column = await cli().run([...typed, '--column=x']);
    expect(column.code).toBe(2);
  });
});
