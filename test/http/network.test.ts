import { createServer as createTcp, type Socket, type AddressInfo } from 'node:net';
import { createServer as createTls } from 'node:tls';
import { HttpResponse } from 'msw';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ADD, at, jsonError, standingClock } from '../commands/helpers.ts';
import { cli, type CliResult } from '../helpers/cli.ts';
import { cut, GROUPS, inTurn, noAnswer, silence, status, type Turn } from '../helpers/proget.ts';
import { serve } from '../helpers/server.ts';

/** What is no answer at all, and how a read is tried again. */

const LIST_ALL = ['security', 'groups', 'list'];
const DONE = { code: 0, stdout: 'QA (members: )\n' };
const fine: Turn = () => HttpResponse.json([{ name: 'QA' }]);

/** A port that does with its connections what the test says. */
async function port(onConnection: (socket: Socket) => void): Promise<number> {
  const server = createTcp((socket) => {
    socket.on('error', () => undefined);
    onConnection(socket);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

async function closedPort(): Promise<number> {
  const server = createTcp();
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port: free } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => void server.close(() => resolve()));
  return free;
}

describe('no answer', () => {
  it('connection refused: 6, and it is tried four times', async () => {
    const clock = standingClock();
    const where = `http://127.0.0.1:${await closedPort()}`;
    const argv = [...LIST_ALL, `--source=${where}`, '--verbose'];
    const result = await cli().run(argv, { clock });
    expect([result.code, result.stdout]).toEqual([6, '']);
    const exchange = `GET ${where}/api/security/groups/list no answer 0 ms\n`;
    expect(result.stderr).toBe(
      `${exchange.repeat(4)}groupctl: Nothing answers at ${where}: the connection was refused.\nHint: Check the URL and port of the source, and that the server is running.\n`,
    );
    expect(clock.waits).toEqual([150, 300, 600]);
  });

  it('a host that is not there: 6, tried once', async () => {
    const clock = standingClock();
    const argv = [...LIST_ALL, '--source=http://groupctl.invalid/'];
    expect(await cli().run(argv, { clock })).toEqual({
      code: 6,
      stdout: '',
      stderr:
        'groupctl: The host of http://groupctl.invalid cannot be found.\nHint: Check the URL of the source for a typing error, and your DNS.\n',
    });
    expect(clock.waits).toEqual([]);
  });

  it.each([
    { what: 'in mid-body', turn: cut },
    { what: 'before its head', turn: noAnswer },
  ])('a connection cut $what: 6', async ({ turn }) => {
    const server = await serve(inTurn('get', 'groups/list', turn));
    expect(await cli().run([...LIST_ALL, ...at(server)])).toEqual({
      code: 6,
      stdout: '',
      stderr: `groupctl: The connection to ${server.url.slice(0, -1)} was cut before the answer was complete.\nHint: Try again; if it keeps happening, look at the server and at any proxy in between. Or the server requires https: try ${server.url.replace('http:', 'https:').slice(0, -1)}\n`,
    });
    expect(server.calls()).toEqual([GROUPS, GROUPS, GROUPS, GROUPS]);
  });

  it('plain HTTP where the URL says https: 6, tried once', async () => {
    const server = await serve();
    const where = server.url.replace('http:', 'https:').slice(0, -1);
    expect(await cli().run([...LIST_ALL, `--source=${where}`])).toEqual({
      code: 6,
      stdout: '',
      stderr: `groupctl: No secure connection to ${where}: the server does not use TLS on this port.\nHint: Check the URL and the port. Or the server uses plain HTTP: try ${where.replace('https:', 'http:')}\n`,
    });
  });

  it('TLS that cannot be agreed on: 6', async () => {
    // Without a certificate there is no cipher that both sides could use.
    const server = createTls({});
    server.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port: tls } = server.address() as AddressInfo;
    const result = await cli().run([...LIST_ALL, `--source=https://127.0.0.1:${tls}/`, '--json']);
    expect(result.code).toBe(6);
    expect(jsonError(result.stderr)).toMatchObject({
      code: 'tls',
      message: expect.stringMatching(
        /^No secure connection to https:\/\/127\.0\.0\.1:\d+: the handshake failed \(ERR_SSL_[\w/]+\)\.$/,
      ) as unknown,
    });
  });

  it('something that does not speak HTTP: 1', async () => {
    const ssh = await port((socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'));
    const where = `http://127.0.0.1:${ssh}`;
    expect(await cli().run([...LIST_ALL, `--source=${where}`])).toEqual({
      code: 1,
      stdout: '',
      stderr: `groupctl: What answers at ${where} does not speak HTTP.\nHint: Check the port, and whether the URL should start with https:// or http://.\n`,
    });
  });

  it.each([
    // 0.07 s is no whole number of milliseconds when it is computed.
    { what: 'the head', after: silence, timeout: '0.07' },
    {
      what: 'the last byte',
      timeout: '0.3',
      after: () =>
        new HttpResponse(
          new ReadableStream({ start: (body) => body.enqueue(new Uint8Array([91])) }),
        ),
    },
  ])('--timeout is for one attempt, up to $what: 6', async ({ after, timeout }) => {
    const server = await serve(inTurn('get', 'groups/list', after));
    const result = await cli().run([...LIST_ALL, `--timeout=${timeout}`, ...at(server)]);
    expect(result).toEqual({
      code: 6,
      stdout: '',
      stderr: `groupctl: No complete answer from ${server.url.slice(0, -1)} within ${timeout} s. There were 4 attempts of ${timeout} s.\nHint: Allow more time with --timeout <seconds>, or look at the server.\n`,
    });
    // On a busy machine the time may be over before the server has seen the request.
    expect(server.calls().length).toBeLessThanOrEqual(4);
  });

  it('--deadline is for the whole command: 6', async () => {
    const server = await serve(inTurn('get', 'groups/list', silence));
    // The clock stands, so that all of that time is left for the request.
    const clock = standingClock();
    const result = await cli().run([...LIST_ALL, '--deadline=1', ...at(server)], { clock });
    expect(result).toEqual({
      code: 6,
      stdout: '',
      stderr:
        'groupctl: The --deadline of this command has passed: no complete answer came.\nHint: Give the command more time with --deadline <seconds>, or leave the option out.\n',
    });
    expect(server.calls()).toHaveLength(1);
  });
});

describe('the time for one attempt', () => {
  /** What happens to a request that the server has received and not answered. */
  async function whileWaiting(act: (answer: () => void) => void): Promise<CliResult> {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const slow: Turn = async (request) =>
      await new Promise((resolve) => {
        const answer = (): void => void Promise.resolve(fine(request)).then(resolve);
        setImmediate(() => act(answer));
      });
    const server = await serve(inTurn('get', 'groups/list', slow));
    const result = await cli().run([...LIST_ALL, ...at(server)], { clock: standingClock() });
    return { ...result, stderr: result.stderr.replaceAll(server.url.slice(0, -1), 'WHERE') };
  }

  it('is more than the 34 s that a slow server takes', async () => {
    const result = await whileWaiting((answer) => {
      vi.advanceTimersByTime(34_000);
      answer();
    });
    expect(result).toEqual({ ...DONE, stderr: '' });
  });

  it('is 100 s, and the message counts the attempts', async () => {
    const result = await whileWaiting(() => vi.advanceTimersByTime(100_000));
    expect(result).toEqual({
      code: 6,
      stdout: '',
      stderr:
        'groupctl: No complete answer from WHERE within 100 s. There were 4 attempts of 100 s.\nHint: Allow more time with --timeout <seconds>, or look at the server.\n',
    });
  });
});

describe('a read is tried again', () => {
  it.each([
    { what: '502', turn: status(502) },
    { what: '503', turn: status(503, 'Busy') },
    { what: '504', turn: status(504) },
    { what: 'a cut answer', turn: cut },
    { what: 'no answer', turn: noAnswer },
  ])('after $what, three times at most, doubling its wait', async ({ turn }) => {
    const clock = standingClock();
    const server = await serve(inTurn('get', 'groups/list', turn, turn, turn, fine));
    const result = await cli().run([...LIST_ALL, ...at(server)], { clock });
    expect(result).toEqual({ ...DONE, stderr: '' });
    // 200·2ⁿ ms, of which the jitter (here a half) leaves three quarters.
    expect(clock.waits).toEqual([150, 300, 600]);
  });

  it('after 429 no sooner than in a second, and later each time', async () => {
    const clock = standingClock();
    const busy = status(429);
    const server = await serve(inTurn('get', 'groups/list', busy, busy, busy, fine));
    const result = await cli().run([...LIST_ALL, ...at(server)], { clock });
    const said = [2, 3, 5].map((s) => `Waiting ${s} s: the server answered 429.\n`);
    expect(result).toEqual({ ...DONE, stderr: said.join('') });
    expect(clock.waits).toEqual([1125, 2250, 4500]);
  });

  it.each([
    { what: '429', turn: status(429, 'Slow down'), code: 6 },
    { what: '502', turn: status(502), code: 1 },
    { what: '503', turn: status(503, 'Busy'), code: 1 },
    { what: '504', turn: status(504), code: 1 },
  ])('and given up: $what is $code', async ({ turn, code }) => {
    const server = await serve(inTurn('get', 'groups/list', turn));
    expect((await cli().run([...LIST_ALL, ...at(server)])).code).toBe(code);
    expect(server.calls()).toHaveLength(4);
  });

  it.each([400, 403, 404, 500])('not after %i', async (code) => {
    const server = await serve(inTurn('get', 'groups/list', status(code)));
    await cli().run([...LIST_ALL, ...at(server)]);
    expect(server.calls()).toHaveLength(1);
  });

  it.each([
    { what: 'seconds', header: '12', wait: 12_000 },
    { what: 'a fraction of a second', header: '0.5', wait: 1125 },
    { what: 'zero', header: '0', wait: 1125 },
    { what: 'a date', header: 'Wed, 01 Jan 2025 00:00:30 GMT', wait: 30_000 },
    { what: 'a date that has passed', header: 'Tue, 31 Dec 2024 00:00:00 GMT', wait: 1125 },
    { what: 'no sense', header: 'soon', wait: 150 },
    { what: 'a negative number, which is no date', header: '-1', wait: 150 },
  ])('when Retry-After says: $what', async ({ header, wait }) => {
    const clock = standingClock(Date.UTC(2025, 0, 1));
    const busy = status(503, null, { 'retry-after': header });
    const server = await serve(inTurn('get', 'groups/list', busy, fine));
    const result = await cli().run([...LIST_ALL, ...at(server)], { clock });
    const said =
      wait < 1000 ? '' : `Waiting ${Math.ceil(wait / 1000)} s: the server answered 503.\n`;
    expect(result).toEqual({ ...DONE, stderr: said });
    expect(clock.waits).toEqual([wait]);
  });

  it('not when Retry-After is beyond --deadline', async () => {
    const clock = standingClock();
    const busy = status(429, null, { 'retry-after': '30' });
    const server = await serve(inTurn('get', 'groups/list', busy));
    const argv = [...LIST_ALL, '--json', '--deadline=20', ...at(server)];
    const result = await cli().run(argv, { clock });
    expect(result.code).toBe(6);
    expect(jsonError(result.stderr)).toMatchObject({
      code: 'http-429',
      details: { retryAfterMs: 30_000 },
    });
    expect(clock.waits).toEqual([]);
  });

  it.each([
    { after: '601', code: 429, asked: '601 s (10 minutes)', ms: 601_000 },
    { after: '3600', code: 503, asked: '3600 s (60 minutes)', ms: 3_600_000 },
    { after: '4294968', code: 429, asked: '4294968 s (50 days)', ms: 4_294_968_000 },
    {
      after: '9'.repeat(400),
      code: 429,
      asked: '9007199254741 s (104249991 days)',
      ms: Number.MAX_SAFE_INTEGER,
    },
    {
      after: 'Wed, 01 Jan 2025 06:00:00 GMT',
      code: 429,
      asked: '21600 s (6 hours)',
      ms: 21_600_000,
    },
  ])('not when Retry-After is above 10 minutes: $asked', async ({ after, code, asked, ms }) => {
    const clock = standingClock(Date.UTC(2025, 0, 1));
    const busy = status(code, null, { 'retry-after': after });
    const server = await serve(inTurn('get', 'groups/list', busy));
    const result = await cli().run([...LIST_ALL, '--json', ...at(server)], { clock });
    expect([result.code, clock.waits]).toEqual([6, []]);
    expect(jsonError(result.stderr)).toMatchObject({
      code: 'wait-too-long',
      message: `The server asks groupctl to wait ${asked}.`,
      hint: 'groupctl waits 10 minutes at most. Run the command again later.',
      details: { retryAfterMs: ms },
    });
    expect(server.calls()).toHaveLength(1);
  });

  it.each([
    { after: '10', options: ['--quiet'], said: '' },
    { after: '10', options: ['--json'], said: '' },
    { after: '11', options: ['--quiet'], said: 'Waiting 11 s: the server answered 503.\n' },
    { after: '11', options: ['--json'], said: 'Waiting 11 s: the server answered 503.\n' },
  ])('and a wait of $after s is reported with $options: "$said"', async (each) => {
    const busy = status(503, null, { 'retry-after': each.after });
    const server = await serve(inTurn('get', 'groups/list', busy, fine));
    const result = await cli().run([...LIST_ALL, ...each.options, ...at(server)]);
    expect([result.code, result.stderr]).toEqual([0, each.said]);
  });

  it('a write is not: nothing that answers 503 is sent twice', async () => {
    const server = await serve(
      inTurn('get', 'groups/list', () => HttpResponse.json([{ name: 'QA', users: [] }])),
      inTurn('post', 'groups/update', status(503)),
    );
    const argv = [...ADD, '--member=x', '--name=QA', '--no-user-check', ...at(server)];
    expect((await cli().run(argv)).code).toBe(1);
    expect(server.writes()).toHaveLength(1);
  });
});
