import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runPath } from '../../../src/state/journal/files.ts';
import { type Cli, cli } from '../../helpers/cli.ts';
import { usage } from '../../cli/usage.ts';
import {
  add,
  addRun,
  became,
  begin,
  contentOf,
  numbered,
  remove,
  START,
  write,
} from '../../state/journal/run-files.ts';

const GRAY = (text: string): string => `\u001b[2m${text}\u001b[22m`;
const RED = (text: string): string => `\u001b[31m${text}\u001b[39m`;
const ISO = new Date(START).toISOString();

const ROWS = numbered([
  { ...add('jsmith', 'JSmith'), row: { file: 'team.csv', line: 2 } },
  add('djones'),
  remove('mbrown'),
  add('nobody'),
  add('x\u001b[31m'),
  add('later'),
]);
const [jsmith, djones, mbrown, nobody, odd] = ROWS;
const BEFORE = ['mbrown', 'djones'];

/** A run that was killed in the middle, with a row in every state. */
function killed({ state }: Cli): string {
  const journal = begin(state, ROWS, { command: 'security groups members sync' });
  journal.outcomes([became(djones!, 'already-member')], START);
  const changes = [jsmith!, mbrown!, odd!];
  journal.intent({ call: 'POST groups/update', changes, before: BEFORE }, START);
  const error = {
    kind: 'not-found',
    code: 'no-such-user',
    message: 'There is no nobody.',
  } as const;
  journal.outcomes([became(nobody!, 'no-such-user', { verified: false, error })], START);
  journal.outcomes([became(jsmith!, 'added')], START);
  journal.outcomes([became(mbrown!, 'removed', { verified: false })], START);
  return journal.run;
}

const LINES = [
  'done       add jsmith: added',
  'done       add djones: already-member',
  'done       remove mbrown: removed (not verified)',
  'not done   add nobody: no-such-user. There is no nobody.',
  'in doubt   add x\\u{1B}[31m',
  'untouched  add later',
];

describe('history show', () => {
  it('prints what a run meant to do, and what became of each row', async () => {
    const user = cli();
    const run = killed(user);
    expect(await user.run(['history', 'show', run.toLowerCase()])).toEqual({
      code: 0,
      stderr: '',
      stdout: [
        `Run:     ${run}`,
        'Command: security groups members sync',
        'Source:  Default (proget, https://proget.example/)',
        'Group:   Developers',
        `Began:   ${ISO}`,
        'Ended:   not yet: it was killed, or is under way; 3 done, 1 not done, 1 in doubt, 1 untouched',
        ...LINES,
        '',
      ].join('\n'),
    });
  });

  it('says on a terminal what can be done about it', async () => {
    const user = cli();
    const run = killed(user);
    const { stdout } = await user.run(['history', 'show', 'latest'], { tty: true });
    const lines = stdout.split('\n');
    expect(lines[4]).toBe(`Began:   ${ISO}`);
    expect(lines.slice(6)).toEqual([
      ...LINES.slice(0, 3),
      RED(LINES[3]!),
      RED(LINES[4]!),
      LINES[5],
      GRAY(`Finish the remaining 2 rows: groupctl resume ${run}`),
      GRAY(`Undo it (2 rows): groupctl undo ${run}`),
      '',
    ]);
    const done = addRun(user.state, ['a', 'b'], START + 1);
    const other = await user.run(['history', 'show', done], { tty: true });
    expect(other.stdout.split('\n').slice(5)).toEqual([
      expect.stringMatching(/^Ended: {3}\S+\dZ: 2 added$/),
      'done       add a: added',
      'done       add b: added',
      GRAY(`Undo it (2 rows): groupctl undo ${done}`),
      '',
    ]);
  });

  it('prints what a call without rows was about, was before, and wrote', async () => {
    const user = cli();
    const email = '--email=j@corp.example';
    const edit = ['security', 'users', 'edit', '--username=jsmith', email, '--password=pw-xyz'];
    await user.run([...edit, '--source=sandbox']);
    const { stdout } = await user.run(['history', 'show', 'latest']);
    expect(stdout.split('\n').slice(1)).toEqual([
      'Command: security users edit',
      'Source:  sandbox (proget)',
      'About:   user jsmith',
      expect.stringMatching(/^Began: /),
      expect.stringMatching(/^Ended: .*: done$/),
      'Call:    POST users/update jsmith: done',
      'Before:  name: jsmith; display name: Jane Smith; email: jane.smith@corp.example; groups: none',
      'Wrote:   name: jsmith; email: j@corp.example; password changed: yes',
      '',
    ]);
    expect(await user.json(['history', 'show', 'latest'])).toMatchObject({
      calls: [{ call: 'POST users/update', subject: 'jsmith', outcome: 'done' }],
    });
  });

  it('is one object in JSON', async () => {
    const user = cli();
    const run = killed(user);
    const row = (member: string, state: string, more: object = {}): object => ({
      member,
      requested: member,
      type: 'user',
      op: 'add',
      state,
      final: true,
      sent: false,
      ...more,
    });
    expect(await user.json(['history', 'show', run])).toEqual({
      schema: 1,
      run,
      at: ISO,
      state: 'unfinished',
      command: 'security groups members sync',
      source: 'Default',
      kind: 'proget',
      url: 'https://proget.example/',
      group: { name: 'Developers' },
      by: '1.2.3',
      cutShort: false,
      states: { done: 3, notDone: 1, inDoubt: 1, untouched: 1 },
      calls: [{ call: 'POST groups/update', at: ISO, before: BEFORE }],
      rows: [
        row('jsmith', 'done', {
          requested: 'JSmith',
          sent: true,
          outcome: 'added',
          verified: true,
          row: { file: 'team.csv', line: 2 },
        }),
        row('djones', 'done', { outcome: 'already-member', verified: true }),
        row('mbrown', 'done', { op: 'remove', sent: true, outcome: 'removed', verified: false }),
        row('nobody', 'not-done', {
          outcome: 'no-such-user',
          verified: false,
          error: { kind: 'not-found', code: 'no-such-user', message: 'There is no nobody.' },
        }),
        row('x\u001b[31m', 'in-doubt', { sent: true, final: false }),
        row('later', 'untouched', { final: false }),
      ],
    });
  });

  it('is a row a row in CSV', async () => {
    const user = cli();
    killed(user);
    const { stdout } = await user.run(['history', 'show', 'latest', '--output', 'csv']);
    expect(stdout).toBe(
      [
        'member,requested,type,op,state,outcome,verified,file,line,error',
        'jsmith,JSmith,user,add,done,added,true,team.csv,2,',
        'djones,djones,user,add,done,already-member,true,,,',
        'mbrown,mbrown,user,remove,done,removed,false,,,',
        'nobody,nobody,user,add,not-done,no-such-user,false,,,There is no nobody.',
        'x\u001b[31m,x\u001b[31m,user,add,in-doubt,,,,,',
        'later,later,user,add,untouched,,,,,',
        '',
      ].join('\n'),
    );
  });

  it('of a deleted group prints who was in it', async () => {
    const user = cli();
    const argv = ['security', 'groups', 'delete', '--name=QA', '--source=sandbox'];
    const { run } = (await user.json(argv)) as { run: string };
    const { stdout } = await user.run(['history', 'show', run]);
    expect(stdout.replaceAll(/\d{4}-\S+Z/g, 'TIME')).toBe(
      [
        `Run:     ${run}`,
        'Command: security groups delete',
        'Source:  sandbox (proget)',
        'Group:   QA',
        'Began:   TIME',
        'Ended:   TIME: done',
        'Call:    DELETE groups/delete: done',
        'Members before it (2):',
        '  Zoë Müller',
        '  lchen',
        'Permissions before it (1):',
        '  id: 4; group: QA; task: Promote Packages; feed group: Releases; deny: yes',
        '',
      ].join('\n'),
    );
    expect(await user.json(['history', 'show', run])).toMatchObject({
      calls: [{ call: 'DELETE groups/delete', before: ['Zoë Müller', 'lchen'] }],
      rows: [],
    });
  });

  it('says of a group command that was killed whether it may have written', async () => {
    const user = cli();
    const ended = async (run: string): Promise<unknown> =>
      (await user.run(['history', 'show', run])).stdout.split('\n')[5];
    const journal = begin(user.state, [], { command: 'security groups create' });
    const why = 'Ended:   not yet: it was killed, or is under way;';
    expect(await ended(journal.run)).toBe(`${why} nothing was sent`);
    journal.intent({ call: 'POST groups/add' }, START);
    expect(await ended(journal.run)).toBe(`${why} in doubt`);
  });

  it.each([0, 100])('of a record of %i bytes is refused as damaged: 2', async (length) => {
    const user = cli();
    const whole = contentOf(user.state, addRun(user.state, ['a']));
    const run = write(user.state, whole.subarray(0, length), START + 1);
    const { code, stdout, stderr } = await user.run(['history', 'show', run]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`Line 1 of the journal of run ${run} is damaged.`);
  });

  it.each([
    ['Twins', 'twin-one', 'Twins [twin-one]'],
    ['Release Team', 'release-team', 'Release Team'],
    ['Developers', undefined, 'Developers'],
  ])(
    'names the group so that another of its name is not meant: %s, %s',
    async (name, slug, said) => {
      const user = cli();
      const group = { name, ...(slug === undefined ? {} : { id: '1', slug }) };
      begin(user.state, [add('a')], { group }).end({ exit: 0 }, START);
      const { stdout } = await user.run(['history', 'show', 'latest']);
      expect(stdout).toContain(`Group:   ${said}\n`);
    },
  );

  it('names what it undoes and what it goes on with', async () => {
    const user = cli();
    begin(user.state, [add('a')], { undoes: '01A', resumes: '01B' }).end({ exit: 7 }, START);
    const { stdout } = await user.run(['history', 'show', 'latest']);
    expect(stdout.split('\n').slice(5)).toEqual([
      `Ended:   ${ISO}: failed (exit 7)`,
      'Undoes:  01A',
      'Resumes: 01B',
      'untouched  add a',
      '',
    ]);
  });
});

describe('history show, of what is none', () => {
  it('says so, with what to do', async () => {
    const user = cli();
    expect(await user.run(['history', 'show', 'latest'])).toEqual({
      code: 4,
      stdout: '',
      stderr: 'groupctl: No runs yet. Every command that changes a server is recorded here.\n',
    });
    const run = addRun(user.state, ['a']);
    expect((await user.run(['history', 'show', '7zz'])).stderr).toBe(
      'groupctl: There is no run 7ZZ.\nHint: List the runs with: groupctl history\n',
    );
    const other = addRun(user.state, ['a'], START + 1);
    expect(await user.run(['history', 'show', run.slice(0, 4)])).toEqual({
      code: 2,
      stdout: '',
      stderr: `groupctl: "${run.slice(0, 4)}" matches 2 runs: ${other}, ${run}.\nHint: Type more characters.\n`,
    });
    const path = runPath(user.state, run);
    writeFileSync(path, `${contentOf(user.state, run).toString()}?\n`);
    expect(await user.run(['history', 'show', run])).toEqual({
      code: 2,
      stdout: '',
      stderr: `groupctl: Line 5 of the journal of run ${run} is damaged.\nHint: It is no line that groupctl writes; the file is ${path}\n`,
    });
  });

  it('never shows a word that is no run', async () => {
    const line =
      'That is not a run ID. Use an ID from "groupctl history", its first characters, or "latest".';
    expect(await usage('history', 'show', 'hunter22')).toBe(line);
    expect(await usage('history', 'show', '../../etc/passwd')).toBe(line);
    expect(await usage('history', 'show', '--', '-x')).toBe(line);
  });
});
