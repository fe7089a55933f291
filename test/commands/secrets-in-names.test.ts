import { http, HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { cli } from '../helpers/cli.ts';
import { type FakeProget, fakeProget, listGroups, listUsers } from '../helpers/proget.ts';
import { serve } from '../helpers/server.ts';
import { ADD, GROUP_COMMANDS, jsonError, LIST, MEMBERS } from './helpers.ts';

const KEY = 'K3y+77f3<S3CR3T';
const FORMS = [
  KEY,
  KEY.toLowerCase(),
  encodeURIComponent(KEY),
  Buffer.from(KEY).toString('base64'),
];

const message = (url: string, call: string): string =>
  `The answer of ${url.replace(/\/$/, '')} to ${call} holds the key or password that groupctl uses there.`;

function withMember(member: string): FakeProget {
  return fakeProget(['djones', member]);
}

describe('a list of ProGet with the key in a name is refused, and nothing of it is shown', () => {
  const VIEWS = [
    [...GROUP_COMMANDS, 'list'],
    [...LIST, '--name=Developers'],
    [...LIST, '--name=Developers', '--output=csv'],
    [...LIST, '--name=Developers', '--json'],
  ];

  it.each(FORMS.flatMap((form) => VIEWS.map((view) => [form, view] as const)))(
    '%j: %j',
    async (form, view) => {
      const server = await serve(listGroups(withMember(`jane ${form}`)));
      const { code, stdout, stderr } = await cli().run([
        ...view,
        `--source=${server.url}`,
        `--api-key=${KEY}`,
      ]);
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toContain(message(server.url, 'GET groups/list'));
      for (const each of [...FORMS, 'S3CR3T']) expect(stderr).not.toContain(each);
    },
  );

  it('as the name of a group, and before anything is written', async () => {
    const state = fakeProget();
    state.groups.push({ name: KEY, users: [] });
    const server = await serve(listUsers(state), listGroups(state));
    const add = [...ADD, '--name=Developers', '--member=jsmith', '--json'];
    const user = cli();
    const { code, stderr } = await user.run([...add, `--source=${server.url}`, `--api-key=${KEY}`]);
    expect(code).toBe(1);
    expect(jsonError(stderr)).toMatchObject({
      code: 'secret-in-answer',
      message: message(server.url, 'GET groups/list'),
      status: 200,
      exitCode: 1,
    });
    expect(server.calls().filter((call) => call.startsWith('POST'))).toEqual([]);
  });

  it('by members where', async () => {
    const state = withMember(KEY);
    const server = await serve(listUsers(fakeProget()), listGroups(state));
    const where = [...MEMBERS, 'where', '--member=djones'];
    const result = await cli().run([...where, `--source=${server.url}`, `--api-key=${KEY}`]);
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).not.toContain('S3CR3T');
  });

  it('as the name of a user', async () => {
    const state = fakeProget();
    const server = await serve(listUsers({ ...state, users: [...state.users, { name: KEY }] }));
    const { code, stderr } = await cli().run([
      ...ADD,
      ...['--name=Developers', '--member=jsmith'],
      `--source=${server.url}`,
      `--api-key=${KEY}`,
    ]);
    expect([code, stderr]).toEqual([1, expect.stringContaining('to GET users/list holds')]);
  });
});

describe('a name is shown that is no key', () => {
  it.each([
    [
      'a password that is the name of its user',
      ['--username=Administrator', '--password=administrator'],
      'Administrator',
    ],
    ['a short password', ['--username=Admin', '--password=devel'], 'developer'],
    ['a part of the key', [`--api-key=${KEY}`], KEY.slice(0, -1)],
  ])('%s', async (_, login, member) => {
    const server = await serve(listGroups(withMember(member)));
    const list = [...LIST, '--name=Developers', `--source=${server.url}`, ...login];
    const { code, stdout } = await cli().run(list);
    expect([code, stdout]).toEqual([0, `djones\n${member}\n`]);
  });
});

describe('a list of Infisical with a secret in a name is refused', () => {
  const TOKEN = 'eyJ.t0ken+T0K3N/x=';
  const loggedIn = http.post('*/api/v1/auth/universal-auth/login', () =>
    HttpResponse.json({ accessToken: TOKEN, expiresIn: 600, tokenType: 'Bearer' }),
  );
  const group = (name: string): object => ({
    id: '11111111-1111-4111-8111-111111111111',
    orgId: 'o',
    name,
    slug: 'qa',
  });

  it.each([
    ['the client secret', KEY],
    ['the token of the login', TOKEN],
  ])('%s', async (_, secret) => {
    const server = await serve(
      loggedIn,
      http.get('*/api/v1/groups', () => HttpResponse.json([group('QA'), group(`x ${secret}`)])),
    );
    const { code, stdout, stderr } = await cli().run([
      ...[...GROUP_COMMANDS, 'list', '--kind=infisical', `--source=${server.url}`],
      ...['--client-id=jane', `--client-secret=${KEY}`],
    ]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(message(server.url, 'GET groups'));
    expect(stderr).not.toContain(secret);
  });
});
