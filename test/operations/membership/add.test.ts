import { describe, expect, it } from 'vitest';
import { cli } from '../../helpers/cli.ts';
import { addHandlers, fakeProget, GROUPS, UPDATE, USERS } from '../../helpers/proget.ts';
import { serve } from '../../helpers/server.ts';
import { ADD, at, journals } from '../../commands/helpers.ts';
import { summary } from '../../helpers/summary.ts';

const GREEN = (text: string): string => `\u001b[32m${text}\u001b[39m`;

describe('members add', () => {
  it('reads late, writes the whole list and reads back', async () => {
    const state = fakeProget(['djones']);
    const server = await serve(...addHandlers(state));
    const result = await cli().run([
      ...ADD,
      '--member=John Smith',
      '--name=developers',
      ...at(server),
    ]);
    expect(result).toEqual({ code: 0, stdout: 'Added John Smith to Developers.\n', stderr: '' });
    expect(server.calls()).toEqual([USERS, GROUPS, UPDATE, GROUPS]);
    expect(server.writes()).toEqual([{ name: 'Developers', users: ['djones', 'John Smith'] }]);
    expect(server.received[2]?.headers).toMatchObject({
      'x-apikey': 'abc12345',
      'content-type': 'application/json',
      accept: 'application/json',
    });
    expect(server.received[2]?.headers['user-agent']).toMatch(/^groupctl\/\d/);
    expect(server.received[1]?.headers).not.toHaveProperty('content-type');
  });

  it('sends user name and password as the pseudo-key', async () => {
    const server = await serve(...addHandlers(fakeProget()));
    const result = await cli().run([
      ...ADD,
      '--member=jsmith',
      '--name=Developers',
      `--source=${server.url}`,
      '--username=admin',
      '--password=pässwörd',
    ]);
    expect(result.code).toBe(0);
    const key = server.received[2]?.headers['x-apikey'] ?? '';
    expect(Buffer.from(key, 'latin1').toString('utf8')).toBe('admin:pässwörd');
  });

  it('makes one write of many members, and tells each in the order typed', async () => {
    const state = fakeProget(['djones'], ['mlee']);
    const server = await serve(...addHandlers(state));
    const names = ['mlee', 'DJones', 'JSmith', 'MLEE', ' john smith '];
    const members = names.map((name) => `--member=${name}`);
    const result = await cli().run([...ADD, ...members, '--name=Developers', ...at(server)]);
    expect(result).toEqual({
      code: 0,
      stderr: '',
      stdout: [
        'Added mlee to Developers.',
        'djones is already a member of Developers; nothing to do.',
        'Added jsmith to Developers.',
        'Added John Smith to Developers.',
        'Developers: 3 added, 1 already a member.',
        '',
      ].join('\n'),
    });
    // Somebody might be called ` john smith ` in a group, so these are asked for that, too.
    expect(server.calls()).toEqual([USERS, GROUPS, GROUPS, UPDATE, GROUPS]);
    expect(server.writes()).toEqual([
      { name: 'Developers', users: ['djones', 'mlee', 'jsmith', 'John Smith'] },
    ]);
  });

  it('sends no write and leaves no journal for one who is a member already, in any case', async () => {
    const user = cli();
    const server = await serve(...addHandlers(fakeProget()).slice(0, 2));
    const result = await user.run([...ADD, '--member=DJones', '--name=Developers', ...at(server)]);
    expect(result).toEqual({
      code: 0,
      stdout: 'djones is already a member of Developers; nothing to do.\n',
      stderr: '',
    });
    expect(server.calls()).toEqual([USERS, GROUPS]);
    expect(journals(user)).toEqual([]);
  });

  it('prints one whole document with --json', async () => {
    const user = cli();
    const server = await serve(...addHandlers(fakeProget()));
    const argv = [...ADD, '--member=JSmith', '--member=djones', '--name=DEVELOPERS', ...at(server)];
    const document = await user.json(argv);
    expect(document).toEqual({
      schema: 1,
      source: server.url,
      kind: 'proget',
      group: { name: 'Developers', memberCount: 2 },
      dryRun: false,
      outcomes: [
        {
          member: 'jsmith',
          requested: 'JSmith',
          type: 'user',
          op: 'add',
          outcome: 'added',
          verified: true,
        },
        {
          member: 'djones',
          requested: 'djones',
          type: 'user',
          op: 'add',
          outcome: 'already-member',
          verified: true,
        },
      ],
      summary: summary({ added: 1, alreadyMember: 1 }),
      run: journals(user)[0]?.[0]?.['run'],
    });
    expect((document as { run: string }).run).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
  });

  it('prints a header and a row an outcome with --output=csv', async () => {
    const server = await serve(...addHandlers(fakeProget(['djones'], ['Doe, "J"'])));
    const result = await cli().run([
      ...ADD,
      '--member=doe, "j"',
      '--member=djones',
      '--name=Developers',
      '--output=csv',
      ...at(server),
    ]);
    expect(result).toEqual({
      code: 0,
      stderr: '',
      stdout: [
        'member,requested,type,op,outcome,verified,error',
        '"Doe, ""J""","doe, ""j""",user,add,added,true,',
        'djones,djones,user,add,already-member,true,',
        '',
      ].join('\n'),
    });
  });

  it.each([
    {
      how: 'coloured on a terminal',
      tty: true,
      more: [],
      out: GREEN('Added jsmith to Developers.'),
    },
    { how: 'plain off it', tty: false, more: [], out: 'Added jsmith to Developers.' },
    {
      how: 'plain when asked',
      tty: true,
      more: ['--no-color'],
      out: 'Added jsmith to Developers.',
    },
  ])('is $how', async ({ tty, more, out }) => {
    const server = await serve(...addHandlers(fakeProget()));
    const argv = [...ADD, '--member=jsmith', '--name=Developers', ...more, ...at(server)];
    expect(await cli().run(argv, { tty })).toEqual({ code: 0, stdout: `${out}\n`, stderr: '' });
  });

  it('names each exchange with --verbose, and no key', async () => {
    const server = await serve(...addHandlers(fakeProget()));
    const argv = [...ADD, '--member=jsmith', '--name=Developers', '--verbose', ...at(server)];
    const { stderr, code } = await cli().run(argv);
    expect(code).toBe(0);
    expect(stderr.replace(/\d+ ms$/gm, 'T')).toBe(
      [
        `GET ${server.url}api/security/users/list 200 T`,
        `GET ${server.url}api/security/groups/list 200 T`,
        `POST ${server.url}api/security/groups/update 200 T`,
        `GET ${server.url}api/security/groups/list 200 T`,
        '',
      ].join('\n'),
    );
  });
});
