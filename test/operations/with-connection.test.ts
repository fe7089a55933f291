import { http, HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { cli } from '../helpers/cli.ts';
import { serve } from '../helpers/server.ts';

const LIST = ['security', 'groups', 'list', '--api-key=abc12345'];

async function list(answer: Response, path: string, ...more: string[]) {
  const server = await serve(http.all('*', () => answer.clone()));
  const { code, stderr } = await cli().run([...LIST, `--source=${server.url}${path}`, ...more]);
  return { url: server.url, code, stderr };
}

const notFound = new Response('Not Found', { status: 404 });

describe('an answer that is not that of a server', () => {
  it.each([
    ['api', 'proget', '/api'],
    ['api/security/', 'proget', '/api/security'],
    ['tools/api/', 'infisical', '/api'],
  ])('at a URL that ends in %s (%s) has a hint to leave it out', async (path, kind, left) => {
    const { url, stderr } = await list(notFound, path, `--kind=${kind}`);
    const base = `${url}${path}`.replace(/\/$/, '');
    expect(stderr).toMatch(new RegExp(`^groupctl: ${base} `));
    expect(stderr).toContain(
      `Leave ${left} out of the URL of the server: ${base.slice(0, -left.length)}/\n`,
    );
  });

  it('has that hint for a web page, and in sources test', async () => {
    const page = HttpResponse.html('<title>Sign in</title>');
    expect((await list(page, 'api')).stderr).toContain('Leave /api out of the URL of the server: ');
    const server = await serve(http.all('*', () => page.clone()));
    const user = cli();
    await user.run(['sources', 'add', `--url=${server.url}api`, '--api-key=abc12345']);
    expect((await user.run(['sources', 'test'])).stderr).toContain('Leave /api out');
  });

  it.each(['', 'proget'])('at another URL (%j) has another one', async (path) => {
    expect((await list(notFound, path)).stderr).not.toContain('Leave');
  });

  it('of a ProGet source, but of Infisical: 2, and says how to set the kind', async () => {
    const body = { message: 'Route GET:/api/security/groups/list not found', error: 'Not Found' };
    const { url, code, stderr } = await list(HttpResponse.json(body, { status: 404 }), '');
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `groupctl: ${url.slice(0, -1)} is not a ProGet server; it answers as Infisical does. Use --kind=infisical, or GROUPCTL_KIND=infisical in the environment.\n`,
    });
  });

  it.each(['groups list', 'users list', 'tasks list'])(
    'of a saved ProGet source, but of Infisical: names the command to correct it: %s',
    async (verb) => {
      const body = { message: 'Route GET:/api/security/x/list not found', error: 'Not Found' };
      const router = http.all('*', () => HttpResponse.json(body, { status: 404 }));
      const { url } = await serve(router);
      const user = cli();
      await user.run(['sources', 'add', '--name=inf2', `--url=${url}`, '--api-key=abc12345']);
      await user.run(['sources', 'add', '--name=inf3', `--url=${url}`, '--api-key=abc12345']);
      const hint = (name: string): string =>
        `groupctl sources edit ${name} --kind=infisical --keep-key`;
      const list = await user.run(['security', ...verb.split(' '), '--source=inf2']);
      expect(list.stderr).toContain(`Correct its kind: ${hint('inf2')}\n`);
      const kind = await user.run([
        'security',
        'groups',
        'list',
        '--source=inf2',
        '--kind=infisical',
      ]);
      expect(kind.stderr).toContain('The source "inf2" is saved as a ProGet server.');
      expect(kind.stderr).toContain(hint('inf2'));
      const tested = await user.run(['sources', 'test']);
      expect(tested.stderr).toContain(hint('inf2'));
      expect(tested.stderr).toContain(hint('inf3'));
    },
  );

  it('of an Infisical source, but of another server, says that it may be none', async () => {
    const { stderr } = await list(notFound, '', '--kind=infisical');
    expect(stderr).toContain('Hint: This may not be an Infisical server. Check the kind');
  });
});
