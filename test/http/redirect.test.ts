import { http, HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { at, jsonError } from '../commands/helpers.ts';
import { cli } from '../helpers/cli.ts';
import { GROUPS, inTurn, status } from '../helpers/proget.ts';
import { serve } from '../helpers/server.ts';

const LIST_ALL = ['security', 'groups', 'list'];
const PATH = 'api/security/groups/list';

/** `@` stands for the server's origin. */
const redirects = [
  { to: '/log-in?ReturnUrl=%2Fapi', code: 3, error: 'login-redirect' },
  { to: '/Account/Login', code: 3, error: 'login-redirect' },
  { to: 'https://sso.corp.test/saml/start', code: 3, error: 'login-redirect' },
  { to: 'https://login.corp.test/welcome', code: 3, error: 'login-redirect' },
  { to: 'https://gate.corp.test/?ReturnUrl=%2Fapi', code: 3, error: 'login-redirect' },
  { to: 'https://elsewhere.test/welcome', code: 1, error: 'redirect' },
  { to: `https://127.0.0.1/${PATH}`, code: 2, error: 'redirect-to-https' },
  { to: `https://127.0.0.1:8625/${PATH}`, code: 2, error: 'redirect-to-https' },
  { to: `https://proget2.test/${PATH}`, code: 2, error: 'redirect-to-https' },
  { to: `http://proget2.test/${PATH}`, code: 1, error: 'redirect' },
  { to: '/proget/', code: 1, error: 'redirect' },
  { to: `@/${PATH}/`, code: 1, error: 'redirect' },
];

const OTHER_HOST = 'It is on another host: use it if that is the same server.';

describe('a redirect is not followed', () => {
  it.each(redirects)('to $to: $error, exit $code', async ({ to, code, error }) => {
    const answer = inTurn('get', 'groups/list', (request) =>
      status(302, null, { location: to.replace('@', new URL(request.url).origin) })(request),
    );
    const server = await serve(answer);
    const result = await cli().run([...LIST_ALL, '--json', ...at(server)]);
    expect([result.code, result.stdout]).toEqual([code, '']);
    expect(jsonError(result.stderr)).toMatchObject({ code: error, status: 302 });
    expect(server.calls()).toEqual([GROUPS]);
  });

  it.each([
    { base: '', better: 'https://127.0.0.1:8625/', use: 'Use that URL.' },
    { base: '', better: 'https://proget.test/', use: OTHER_HOST },
    { base: 'feeds/', better: 'https://proget.test/feeds/', use: OTHER_HOST },
  ])('to https names the URL to use: $better', async ({ base, better, use }) => {
    const to = `${better}${PATH}`;
    const server = await serve(inTurn('get', 'groups/list', status(301, null, { location: to })));
    const argv = [...LIST_ALL, ...at({ url: `${server.url}${base}` })];
    expect(await cli().run(argv)).toEqual({
      code: 2,
      stdout: '',
      stderr: `groupctl: ${server.url.slice(0, -1)} requires https: it redirects to ${better}.\nHint: ${use} The key was sent over plain http; consider a new one.\n`,
    });
  });

  it('to another place says where, and what to look at', async () => {
    const location = 'https://elsewhere.test/welcome?from=proget';
    const server = await serve(inTurn('get', 'groups/list', status(302, null, { location })));
    expect(await cli().run([...LIST_ALL, ...at(server)])).toEqual({
      code: 1,
      stdout: '',
      stderr: `groupctl: ${server.url.slice(0, -1)} redirects to https://elsewhere.test/welcome, which is not followed.\nHint: If the server has moved, use its new URL; a gateway in front of it may also want a sign-in.\n`,
    });
  });

  it.each([
    { to: 'http://vault.corp.test$', code: 1, error: 'redirect' },
    { to: 'https://vault.corp.test/moved$/', code: 1, error: 'redirect' },
    { to: '/infisical$', code: 1, error: 'redirect' },
    { to: 'http://sso.corp.test$', code: 3, error: 'login-redirect' },
    { to: '/login?next=$', code: 3, error: 'login-redirect' },
  ])('of the call to log in to $to: $error, exit $code', async ({ to, code, error }) => {
    const login = '/api/v1/auth/universal-auth/login';
    const location = to.replace('$', login);
    const server = await serve(
      http.post(`*${login}`, () => new HttpResponse(null, { status: 301, headers: { location } })),
    );
    const credentials = ['--client-id=client-1', '--client-secret=secret-1234'];
    const argv = [...LIST_ALL, '--json', '--kind=infisical', ...credentials];
    const result = await cli().run([...argv, `--source=${server.url}`]);
    expect(result.code).toBe(code);
    expect(jsonError(result.stderr)).toMatchObject({ code: error });
  });

  it('to what is no web address says only its scheme', async () => {
    const location = 'javascript:alert(1)';
    const server = await serve(inTurn('get', 'groups/list', status(302, null, { location })));
    const { stderr } = await cli().run([...LIST_ALL, ...at(server)]);
    expect(stderr).toContain('redirects to javascript:…, which is not followed.');
  });

  it('to a sign-in page is shown without its query, where a token may be', async () => {
    const location = 'https://sso.corp.test/login?state=s3cr3t';
    const server = await serve(inTurn('get', 'groups/list', status(303, null, { location })));
    const result = await cli().run([...LIST_ALL, '--json', ...at(server)]);
    expect(result.stderr).not.toContain('s3cr3t');
    expect(jsonError(result.stderr)).toMatchObject({
      message: `${server.url.slice(0, -1)} redirects to a sign-in page: https://sso.corp.test/login.`,
      details: { location: 'https://sso.corp.test/login' },
    });
  });

  it.each([{ headers: {} }, { headers: { location: 'http://[' } }])(
    'without a place to go is 1 $headers',
    async ({ headers }) => {
      const server = await serve(inTurn('get', 'groups/list', status(304, null, headers)));
      const result = await cli().run([...LIST_ALL, ...at(server)]);
      expect(result).toEqual({
        code: 1,
        stdout: '',
        stderr: `groupctl: ${server.url.slice(0, -1)} answered 304 without saying where to.\nHint: Check the URL of the source.\n`,
      });
    },
  );
});
