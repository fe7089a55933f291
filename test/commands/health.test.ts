import { http, HttpResponse, type RequestHandler } from 'msw';
import { describe, expect, it } from 'vitest';
import { cli } from '../helpers/cli.ts';
import { page, status, type Turn } from '../helpers/proget.ts';
import { serve } from '../helpers/server.ts';
import { at, jsonError } from './helpers.ts';

const WELL = {
  applicationName: 'ProGet',
  versionNumber: '25.0.9.11',
  releaseNumber: '2025.9',
  databaseStatus: 'OK',
  databaseStatusDetails: null,
  licenseStatus: 'OK',
  licenseStatusDetail: null,
  serviceStatus: 'OK',
  serviceStatusDetail: null,
  extensionsInstalled: { 'Inedo SDK': '3.0' },
  replicationStatus: null,
};

const health = (turn: Turn): RequestHandler => http.get('*/health', ({ request }) => turn(request));
const healthJson = (turn: Turn): RequestHandler =>
  http.get('*/health/json', ({ request }) => turn(request));
const json =
  (body: object, code = 200): Turn =>
  () =>
    HttpResponse.json(body, { status: code });

describe('health', () => {
  it.each([
    { what: 'health up to 2025', handlers: [health(json(WELL))], calls: ['GET /health'] },
    {
      what: 'health/json from 2026 on, where health says OK',
      handlers: [health(status(200, 'OK')), healthJson(json(WELL))],
      calls: ['GET /health', 'GET /health/json'],
    },
    {
      what: 'health?format=json where there is no health/json',
      handlers: [
        http.get('*/health', ({ request }) =>
          request.url.endsWith('?format=json') ? HttpResponse.json(WELL) : HttpResponse.text('OK'),
        ),
        healthJson(status(404)),
      ],
      calls: ['GET /health', 'GET /health/json', 'GET /health?format=json'],
    },
  ])('reads $what', async ({ handlers, calls }) => {
    const server = await serve(...handlers);
    expect(await cli().run(['health', ...at(server)])).toEqual({
      code: 0,
      stdout: 'ProGet 2025.9: healthy\ndatabase: OK\nlicense: OK\nservice: OK\n',
      stderr: '',
    });
    expect(server.calls()).toEqual(calls);
  });

  it('needs no key, and prints JSON and CSV', async () => {
    const server = await serve(health(json(WELL)));
    const argv = ['health', `--source=${server.url}`];
    expect(await cli().json(argv)).toEqual({
      source: server.url,
      healthy: true,
      product: 'ProGet',
      release: '2025.9',
      version: '25.0.9.11',
      parts: ['database', 'license', 'service'].map((name) => ({ name, ok: true, status: 'OK' })),
    });
    expect((await cli().run([...argv, '--output=csv'])).stdout).toBe(
      `source,product,release,healthy\n${server.url},ProGet,2025.9,true\n`,
    );
    expect(server.received[0]?.headers).not.toHaveProperty('x-apikey');
  });

  it('of a sick server, which answers 500 with the same page, shows it and exits 1', async () => {
    const sick = {
      ...WELL,
      databaseStatus: 'Error',
      databaseStatusDetails: 'Cannot open database\u0007.',
      replicationStatus: { serverStatus: 'Enabled', clientStatus: 'Broken', clientError: '403' },
    };
    const server = await serve(health(json(sick, 500)));
    expect(await cli().run(['health', ...at(server)])).toEqual({
      code: 1,
      stdout: [
        'ProGet 2025.9: not healthy',
        'database: Error (Cannot open database\\u{7}.)',
        'license: OK',
        'service: OK',
        'replication server: Enabled',
        'replication client: Broken (403)',
        '',
      ].join('\n'),
      stderr: `groupctl: ProGet at ${server.url} reports database: Error, replication client: Broken.\nHint: Look at the server's own log.\n`,
    });
    const result = await cli().run(['health', '--json', ...at(server)]);
    expect(JSON.parse(result.stdout)).toMatchObject({ healthy: false });
    expect(jsonError(result.stderr)).toMatchObject({ code: 'unhealthy', exitCode: 1 });
  });

  it.each([
    { what: 'a status 500 with parts that are all OK', body: WELL, code: 500 },
    { what: 'one part that is not OK', body: { ...WELL, serviceStatus: 'Stopped' }, code: 200 },
  ])('is 1 for $what', async ({ body, code }) => {
    const server = await serve(health(json(body, code)));
    expect((await cli().run(['health', ...at(server)])).code).toBe(1);
  });

  it('takes fields that are missing for what they are', async () => {
    const server = await serve(health(json({ releaseNumber: '2023.1' })));
    expect((await cli().run(['health', ...at(server)])).stdout).toBe('ProGet 2023.1: healthy\n');
  });

  it.each([
    { what: 'something else', turn: json({ status: 'up' }), code: 1, error: 'not-proget' },
    { what: 'a page', turn: page('Welcome'), code: 1, error: 'not-proget' },
    { what: 'nothing there', turn: status(404), code: 1, error: 'http-404' },
    { what: 'a gateway that wants a key', turn: status(403), code: 3, error: 'http-403' },
  ])('of $what is no health: $error', async ({ turn, code, error }) => {
    const server = await serve(health(turn), healthJson(turn));
    const result = await cli().run(['health', '--json', ...at(server)]);
    expect([result.code, result.stdout]).toEqual([code, '']);
    expect(jsonError(result.stderr)).toMatchObject({ code: error });
  });

  it.each([
    {
      what: 'health/json',
      failing: status(500, 'Boom'),
      words: 'failed with 500 on GET health/json',
    },
    { what: 'health/json', failing: status(404), words: 'answered 404 on GET health/json' },
  ])('names $what where plain health says OK and it fails', async ({ failing, words }) => {
    const server = await serve(health(status(200, 'OK')), healthJson(failing));
    const result = await cli().run(['health', ...at(server)]);
    expect([result.code, result.stdout]).toEqual([1, '']);
    expect(result.stderr).toContain(words);
  });
});
