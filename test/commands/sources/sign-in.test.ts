import { http, HttpResponse } from 'msw';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SANDBOX_CLIENT, SANDBOX_READER } from '../../../src/sandbox/infisical/seed.ts';
import { SANDBOX_ORG_ID } from '../../../src/sandbox/infisical/model.ts';
import { identityToken } from '../../../src/sandbox/infisical/token.ts';
import { startSandbox } from '../../../src/sandbox/server.ts';
import { type Answer, cli, type CliOptions } from '../../helpers/cli.ts';
import { fakeProget, listGroups, listUsers } from '../../helpers/proget.ts';
import { serve } from '../../helpers/server.ts';

const KEY = 'abc12345';
const health = http.get('*/health', () =>
  HttpResponse.json({
    applicationName: 'ProGet',
    releaseNumber: '25.0.1',
    versionNumber: '2500.1',
  }),
);

/** A server that takes this key only. */
const groups = http.get('*/api/security/groups/list', ({ request }) =>
  request.headers.get('x-apikey') === KEY
    ? HttpResponse.json(fakeProget().groups)
    : new HttpResponse('', { status: 403 }),
);

async function add(user: ReturnType<typeof cli>, answers: Answer[], options: CliOptions = {}) {
  return await user.run(['sources', 'add', '--no-color'], { tty: true, answers, ...options });
}

const SELF = 'Your own user name there, so groupctl never removes it (optional):';

describe('sources add on a terminal, without --url', () => {
  it('asks for URL, key and name, tries the key, and says what it may do', async () => {
    const server = await serve(health, groups, listUsers(fakeProget(['jsmith'])));
    const user = cli();
    const { code, stdout, stderr } = await add(user, [server.url, KEY, 'jsmith', '']);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: [
        `URL of the server (us or eu for Infisical Cloud): ${server.url}`,
        'This is a ProGet server.',
        'API key (not shown; empty: log in as a user): ',
        `${SELF} jsmith`,
        'Name of the source [Default]: ',
        '',
      ].join('\n'),
    });
    expect(stdout.split('\n').filter((line) => !line.startsWith('The key is in '))).toEqual([
      `Added the source Default (${server.url}).`,
      'You are jsmith.',
      'You may edit groups.',
      'Next: groupctl security groups list',
      '',
    ]);
    expect(await user.json(['sources', 'list'])).toEqual([
      { name: 'Default', kind: 'proget', url: server.url, auth: 'api-key', self: 'jsmith' },
    ]);
    expect((await user.run(['security', 'groups', 'list'])).code).toBe(0);
  });

  it('does not take a name that no user has for the own account', async () => {
    const server = await serve(health, groups, listUsers(fakeProget(['Admin'])));
    const corrected = cli();
    const first = await add(corrected, [server.url, KEY, 'Admn', 'Admin', '']);
    const problem =
      'There is no user named "Admn". Did you mean Admin? To keep this name, type it again.\n';
    expect(first.stderr).toContain(`${SELF} Admn\n${problem}${SELF} Admin\n`);
    expect(first.stdout).toContain('You are Admin.\n');
    const kept = cli();
    const { stdout } = await add(kept, [server.url, KEY, 'Admn', 'Admn', '']);
    expect(stdout).toContain('The server does not say whose key this is.\n');
    expect(await kept.json(['sources', 'show', 'Default'])).toMatchObject({ self: 'Admn' });
  });

  it('stores nothing when the server rejects the key: 3 after three of them', async () => {
    const server = await serve(health, groups);
    const user = cli();
    const { code, stdout, stderr } = await add(user, [
      server.url,
      'bad11111',
      'bad22222',
      'bad33333',
    ]);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr.match(/API key \(not shown/g)).toHaveLength(3);
    expect(stderr).not.toMatch(/bad\d{5}/);
    expect(await user.json(['sources', 'list'])).toEqual([]);
  });

  it('asks again after a wrong key, URL or name', async () => {
    const server = await serve(health, groups);
    const user = cli();
    const { code, stderr } = await add(user, [
      'ftp://a.example/',
      `${server.url}?x=1`,
      server.url,
      'bad11111',
      ` ${KEY}`.trim(),
      '',
      'us',
      'prod',
    ]);
    expect(code).toBe(0);
    expect(stderr).toContain('The URL has a query or a fragment.');
    expect(stderr).toContain('The name "us" is built in. Choose another --name.');
    expect(await user.json(['sources', 'show', 'prod'])).toMatchObject({ url: server.url });
  });

  it('replaces a source only after a yes', async () => {
    const server = await serve(health, groups);
    const user = cli();
    await user.run(['sources', 'add', '--url=https://old.example/', '--api-key=old12345']);
    const answers = [server.url, KEY, '', 'Default', false, 'Default', true];
    const { code, stderr } = await add(user, answers);
    expect(code).toBe(0);
    expect(stderr).toContain('Name of the source [127.0.0.1]: Default\n');
    expect(stderr).toContain('Replace the source "Default" (https://old.example/)? (y/N) n\n');
    expect(await user.json(['sources', 'show', 'Default'])).toMatchObject({ url: server.url });
  });

  it('logs in as a user when no key is typed', async () => {
    const server = await serve(health, listGroups(fakeProget()));
    const user = cli();
    const { stdout } = await add(user, [server.url, '', 'jane', 's3cretpass', 'prod']);
    expect(stdout).toContain('You are jane.\nYou may edit groups.\n');
    expect(stdout).toContain('Next: groupctl security groups list --source=prod\n');
    expect(server.received.at(-1)?.headers['x-apikey']).toBe('jane:s3cretpass');
  });

  it.each([
    [
      'an administrator may',
      [SANDBOX_CLIENT.clientId, SANDBOX_CLIENT.clientSecret],
      'You may edit groups.',
    ],
    [
      'a reader may not',
      ['', identityToken(SANDBOX_READER.id, SANDBOX_ORG_ID)],
      'You may not edit groups: the server refuses it. Ask its administrator for the permission.',
    ],
  ])(
    'recognizes Infisical, and says whether the login may edit groups: %s',
    async (_, login, words) => {
      const sandbox = await startSandbox({ kind: 'infisical' });
      onTestFinished(() => sandbox.close());
      const user = cli();
      const answers = [sandbox.url, ...login, 'cloud'];
      const { code, stdout, stderr } = await add(user, answers);
      expect({ code, stderr }).toMatchObject({
        code: 0,
        stderr: expect.stringContaining('This is an Infisical server.') as string,
      });
      expect(stdout).toMatch(/\nYou are machine identity [\da-f-]{36}\.\n/);
      expect(stdout).toContain(words);
      expect(await user.json(['sources', 'show', 'cloud'])).toMatchObject({ kind: 'infisical' });
    },
  );

  it('is cancelled by Ctrl-C: 130, nothing stored', async () => {
    const server = await serve(health);
    const user = cli();
    expect(await add(user, [server.url, 'cancelled'])).toMatchObject({ code: 130, stdout: '' });
    expect(await user.json(['sources', 'list'])).toEqual([]);
  });

  it('fails where nothing answers: 6', async () => {
    const { code } = await add(cli(), ['http://127.0.0.1:9']);
    expect(code).toBe(6);
  });

  it('asks nothing off a terminal, with --url, or with credentials', async () => {
    const missing = {
      code: 2,
      stdout: '',
      stderr:
        'groupctl: Missing option --url for "sources add". Add --url. Or use a terminal and none of these options: groupctl then asks for everything.\n',
    };
    expect(await cli().run(['sources', 'add'], { stdin: '' })).toEqual(missing);
    expect(await cli().run(['sources', 'add', '--api-key=x12345'], { tty: true })).toEqual(missing);
    const whole = ['sources', 'add', '--url=https://a.example/', '--api-key=x12345'];
    expect((await cli().run(whole, { tty: true })).code).toBe(0);
  });
});

describe('sources add on a terminal, with options that cannot be used', () => {
  it.each([
    ['--name=sandbox', 'The name "sandbox" is built in.'],
    ['--shared-store=nowhere', '--shared-store'],
    ['--ca-file=missing.pem', 'missing.pem'],
  ])('refuses %s before the first question: 2', async (option, words) => {
    const { code, stdout, stderr } = await cli().run(['sources', 'add', option], { tty: true });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(words);
    expect(stderr).not.toContain('URL of the server');
  });
});

describe('--api-key-stdin on a terminal', () => {
  const argv = ['sources', 'add', '--url=https://a.example/', '--api-key-stdin'];

  it('asks for the key and does not show it', async () => {
    const user = cli();
    const { code, stderr } = await user.run(argv, { tty: true, answers: [KEY] });
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'API key: \n' });
    expect(await user.json(['sources', 'list'])).toMatchObject([{ auth: 'api-key' }]);
  });

  it('refuses an empty line: 2', async () => {
    expect(await cli().run(argv, { tty: true, answers: [''] })).toMatchObject({
      code: 2,
      stderr: 'API key: \ngroupctl: --api-key-stdin: nothing was typed.\n',
    });
  });
});
