import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { http, HttpResponse } from 'msw';
import { expect, it } from 'vitest';
import { cli } from '../helpers/cli.ts';
import { serve } from '../helpers/server.ts';

const SECRET = 'cl1ent+S3CR3T<&/=';
const TOKEN = 'eyJ.t0ken+T0K3N/x=';
const GROUP = '11111111-1111-4111-8111-111111111111';
const LOGIN = ['--kind=infisical', '--client-id=jane', `--client-secret=${SECRET}`];
const ADD = ['security', 'groups', 'members', 'add', '--name=QA', '--member=jsmith'];

const dotNet = (text: string): string =>
  Array.from(text, (each) =>
    /[0-9A-Za-z]/.test(each)
      ? each
      : `\\u${each.charCodeAt(0).toString(16).padStart(4, '0').toUpperCase()}`,
  ).join('');

/** Both secrets, in every field that an error of this server has. */
const echo = (): string => {
  const both = `${dotNet(SECRET)} ${dotNet(TOKEN)}`;
  return `{"reqId":"${both}","statusCode":403,"message":"no: ${both}","error":"${both}","details":{"missingPermissions":[{"action":"${both}","subject":"groups"}]}}`;
};
const refusal = (): HttpResponse<string> =>
  new HttpResponse(echo(), {
    status: 403,
    headers: {
      'content-type': 'application/json',
      'x-request-id': Buffer.from(TOKEN).toString('base64'),
    },
  });

const loggedIn = http.post('*/api/v1/auth/universal-auth/login', () =>
  HttpResponse.json({ accessToken: TOKEN, expiresIn: 600, tokenType: 'Bearer' }),
);

it.each([
  [['--verbose', '--show-body']],
  [['--json', '--verbose', '--show-body']],
  [['--output=csv']],
])(
  'no secret is in an output or a journal of Infisical, wherever the server echoes it: %j',
  async (voice) => {
    const user = cli();
    const server = await serve(
      loggedIn,
      http.get('*/api/v1/groups', () =>
        HttpResponse.json([{ id: GROUP, orgId: 'o', name: 'QA', slug: 'qa' }]),
      ),
      http.get(`*/api/v1/groups/${GROUP}/users`, () =>
        HttpResponse.json({
          users: [
            {
              id: '22222222-2222-4222-8222-222222222222',
              username: 'jsmith',
              email: null,
              firstName: null,
              lastName: null,
              isPartOfGroup: false,
            },
          ],
          totalCount: 1,
        }),
      ),
      http.post(`*/api/v1/groups/${GROUP}/users/*`, refusal),
    );
    const at = `--source=${server.url}`;
    const { code, stdout, stderr } = await user.run([...ADD, at, ...LOGIN, ...voice]);
    expect(code).toBe(3);
    const runs = join(user.state, 'runs');
    const kept = readdirSync(runs)
      .map((file) => readFileSync(join(runs, file), 'utf8'))
      .join('');
    expect(kept).toContain('"requestId":"*** ***"');
    expect(stdout + stderr).toContain('***');
    expect(stdout + stderr + kept).not.toMatch(/S3CR3T|T0K3N/);
    expect(stderr).not.toContain(Buffer.from(TOKEN).toString('base64').slice(4, -4));
  },
);

it('nor where the login itself is refused so', async () => {
  const server = await serve(http.post('*/api/v1/auth/universal-auth/login', refusal));
  const argv = ['security', 'groups', 'list', `--source=${server.url}`, ...LOGIN];
  for (const voice of [['--verbose', '--show-body'], ['--json']]) {
    const { code, stderr } = await cli().run([...argv, ...voice]);
    expect(code).toBe(3);
    expect(stderr).toContain('***');
    expect(stderr).not.toContain('S3CR3T');
  }
});
