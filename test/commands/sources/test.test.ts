import { http, HttpResponse, type RequestHandler } from 'msw';
import { describe, expect, it } from 'vitest';
import { cli, type Cli } from '../../helpers/cli.ts';
import { fakeProget, listGroups } from '../../helpers/proget.ts';
import { serve } from '../../helpers/server.ts';

const WELL = {
  applicationName: 'ProGet',
  releaseNumber: '2025.3',
  versionNumber: '25.0.3.1',
  databaseStatus: 'OK',
  licenseStatus: 'OK',
  serviceStatus: 'OK',
};

const health = (body: object = WELL, status = 200): RequestHandler =>
  http.get('*/health', () => HttpResponse.json(body, { status }));
const groups = (): RequestHandler => listGroups(fakeProget());
const noRights = (): RequestHandler =>
  http.get('*/api/security/groups/list', () => new HttpResponse(null, { status: 403 }));

async function user(...sources: [name: string, url: string][]): Promise<Cli> {
  const made = cli();
  for (const [name, url] of sources) {
    await made.run(['sources', 'add', `--name=${name}`, `--url=${url}`, '--api-key=hunter22-key']);
  }
  return made;
}

const DOWN = 'http://127.0.0.1:9/';

describe('sources test', () => {
  it('asks each source, and prints the release number', async () => {
    const one = await serve(health(), groups());
    const two = await serve(health({ ...WELL, releaseNumber: '2024.39' }), groups());
    const made = await user(['one', one.url], ['two', two.url]);
    expect(await made.run(['sources', 'test'])).toEqual({
      code: 0,
      stdout: '[one] ProGet 2025.3: OK\n[two] ProGet 2024.39: OK\n',
      stderr: '',
    });
    expect(one.calls()).toEqual(['GET /health', 'GET /api/security/groups/list']);
    expect(one.received[1]?.headers['x-apikey']).toBe('hunter22-key');
  });

  it('asks one by name, in any case', async () => {
    const one = await serve();
    const two = await serve(health(), groups());
    const made = await user(['one', one.url], ['two', two.url]);
    const env = { GROUPCTL_SOURCE: 'one', GROUPCTL_URL: one.url };
    expect(await made.run(['sources', 'test', '--name=TWO'], { env })).toEqual({
      code: 0,
      stdout: '[two] ProGet 2025.3: OK\n',
      stderr: '',
    });
  });

  it('reads health/json where plain health says OK', async () => {
    const server = await serve(
      http.get('*/health', () => HttpResponse.text('OK')),
      http.get('*/health/json', () => HttpResponse.json({ ...WELL, releaseNumber: '2026.1' })),
      groups(),
    );
    const made = await user(['new', server.url]);
    expect((await made.run(['sources', 'test'])).stdout).toBe('[new] ProGet 2026.1: OK\n');
  });

  it('exits 3 for a source without credentials, and says so', async () => {
    const server = await serve(health());
    const made = cli();
    await made.run(['sources', 'add', `--url=${server.url}`]);
    expect(await made.run(['sources', 'test'])).toEqual({
      code: 3,
      stdout: '[Default] The source "Default" has no credentials.\n',
      stderr:
        'groupctl: The source "Default" has no credentials.\nHint: Store some with: groupctl sources edit Default --api-key-stdin\n',
    });
    expect(await made.json(['sources', 'test']).catch(String)).toContain('"no-credentials"');
    expect(server.calls()).toEqual(['GET /health', 'GET /health']);
  });

  it('passes the sandbox, which has a key of its own', async () => {
    const result = await cli().run(['sources', 'test', '--name=sandbox', '--json']);
    expect(result.code).toBe(0);
    expect(JSON.parse(result.stdout)).toMatchObject([{ ok: true, access: true }]);
  });

  it('says that the credentials are not checked where a server lists no groups', async () => {
    const server = await serve(
      health(),
      http.get('*/api/security/groups/list', () => new HttpResponse(null, { status: 404 })),
    );
    const made = await user(['old', server.url]);
    expect(await made.run(['sources', 'test'])).toMatchObject({
      code: 0,
      stdout: '[old] ProGet 2025.3: OK (credentials not checked: no list of groups)\n',
    });
    expect(await made.json(['sources', 'test'])).toMatchObject([{ ok: true, access: null }]);
  });

  it('exits 3 for a wrong key', async () => {
    const server = await serve(health(), noRights());
    const made = await user(['one', server.url]);
    const { code, stdout, stderr } = await made.run(['sources', 'test']);
    expect(code).toBe(3);
    expect(stdout).toMatch(/^\[one\] .*Access denied.*\n$/);
    expect(stderr).toMatch(/^groupctl: .*\nHint: The key is missing.*Full Control.*\n$/);
  });

  it('exits 6 for a server that is down', async () => {
    const made = await user(['one', DOWN]);
    const { code, stdout, stderr } = await made.run(['sources', 'test', '--json']);
    expect(code).toBe(6);
    expect(JSON.parse(stdout)).toMatchObject([
      { source: 'one', ok: false, error: { code: 'connect-refused' } },
    ]);
    expect(JSON.parse(stderr)).toMatchObject({
      error: { code: 'connect-refused', source: 'one', exitCode: 6 },
    });
  });

  it('exits 1 for a sick server that says so in JSON', async () => {
    const sick = { ...WELL, databaseStatus: 'Error', databaseStatusDetails: 'no disk' };
    const server = await serve(health(sick, 500));
    const made = await user(['one', server.url]);
    const { code, stdout } = await made.run(['sources', 'test']);
    expect({ code, stdout }).toEqual({
      code: 1,
      stdout: '[one] ProGet at one reports database: Error.\n',
    });
  });

  it('exits 7 where some fail and some do not', async () => {
    const server = await serve(health(), groups());
    const made = await user(['bad', DOWN], ['good', server.url]);
    const { code, stdout, stderr } = await made.run(['sources', 'test', '--output=csv']);
    expect({ code, stderr }).toEqual({
      code: 7,
      stderr: 'groupctl: 1 of 2 sources failed the test.\n',
    });
    expect(stdout.split('\n').map((line) => line.split(',').slice(0, 4).join())).toEqual([
      'source,ok,product,release',
      'bad,false,,',
      'good,true,ProGet,2025.3',
      '',
    ]);
  });

  it.each([
    ['the same way', [() => [health(), noRights()], () => [health(), noRights()]], 3],
    ['in different ways: the gravest', [() => [], () => [health(), noRights()]], 3],
  ] as const)('exits with the code of the failure where all fail %s', async (_, handlers, exit) => {
    const sources: [string, string][] = [];
    for (const make of handlers) {
      const list = make();
      const url = list.length === 0 ? DOWN : (await serve(...list)).url;
      sources.push([`s${sources.length}`, url]);
    }
    const { code, stderr } = await (await user(...sources)).run(['sources', 'test']);
    expect({ code, stderr }).toEqual({
      code: exit,
      stderr: 'groupctl: 2 of 2 sources failed the test.\n',
    });
  });

  it('exits 4 for a name that is none, and 2 where there are no sources', async () => {
    const { code, stderr } = await cli().run(['sources', 'test', '--name=sandbx']);
    expect({ code, stderr }).toEqual({
      code: 4,
      stderr: 'groupctl: There is no source named "sandbx".\nHint: Did you mean sandbox?\n',
    });
    expect(await cli().run(['sources', 'test'])).toMatchObject({
      code: 2,
      stderr: 'groupctl: There are no sources to test. Add one with: groupctl sources add\n',
    });
  });

  it('tests the sandbox by its name', async () => {
    expect(await cli().run(['sources', 'test', '--name=sandbox'])).toMatchObject({ code: 0 });
  });
});
