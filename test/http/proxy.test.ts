import { createServer, request as forward } from 'node:http';
import { connect, createServer as createTcp, type AddressInfo, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readNoProxy } from '../../src/http/no-proxy.ts';
import { ADD, at, jsonError, standingClock } from '../commands/helpers.ts';
import { cli } from '../helpers/cli.ts';
import { addHandlers, fakeProget, listGroups } from '../helpers/proget.ts';
import { serve } from '../helpers/server.ts';

const LIST_ALL = ['security', 'groups', 'list'];

interface Proxy {
  readonly url: string;
  /** `METHOD target` of what came, with the credentials it came with. */
  readonly seen: string[];
  readonly credentials: (string | undefined)[];
}

/** A forward proxy: absolute URLs for http, CONNECT for https. */
async function proxy(refuse?: number): Promise<Proxy> {
  const seen: string[] = [];
  const credentials: (string | undefined)[] = [];
  const server = createServer((incoming, outgoing) => {
    seen.push(`${incoming.method ?? ''} ${incoming.url ?? ''}`);
    credentials.push(incoming.headers['proxy-authorization']);
    if (refuse !== undefined) {
      outgoing.writeHead(refuse).end();
      return;
    }
    const { method = 'GET', url = '', headers } = incoming;
    const onward = forward(url, { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(onward);
  });
  server.on('connect', (incoming, socket) => {
    seen.push(`CONNECT ${incoming.url ?? ''}`);
    if (refuse !== undefined) {
      socket.end(`HTTP/1.1 ${refuse} No\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    const [host, port] = (incoming.url ?? '').split(':');
    const onward = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    for (const end of [onward, socket]) end.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, seen, credentials };
}

/** A proxy that does with its connections what the test says, and how many came. */
async function proxyThat(
  onConnection: (socket: Socket) => void,
): Promise<{ port: number; connections: () => number }> {
  const sockets: Socket[] = [];
  const server = createTcp((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    onConnection(socket);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { port: (server.address() as AddressInfo).port, connections: () => sockets.length };
}

async function closedPort(): Promise<number> {
  const server = createTcp();
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => void server.close(() => resolve()));
  return port;
}

describe('a proxy from the environment', () => {
  it.each(['HTTP_PROXY', 'http_proxy'])('%s carries reads and writes', async (variable) => {
    const through = await proxy();
    const server = await serve(...addHandlers(fakeProget()));
    const argv = [...ADD, '--member=jsmith', '--name=Developers', ...at(server)];
    const result = await cli().run(argv, { env: { [variable]: through.url } });
    expect(result).toEqual({ code: 0, stdout: 'Added jsmith to Developers.\n', stderr: '' });
    const root = `${server.url}api/security`;
    expect(through.seen).toEqual([
      `GET ${root}/users/list`,
      `GET ${root}/groups/list`,
      `POST ${root}/groups/update`,
      `GET ${root}/groups/list`,
    ]);
    expect(server.writes()).toEqual([{ name: 'Developers', users: ['djones', 'jsmith'] }]);
    expect(server.received[0]?.headers['x-apikey']).toBe('abc12345');
  });

  it('may be written without its scheme, and with credentials, which are not shown', async () => {
    const through = await proxy();
    const server = await serve(listGroups(fakeProget()));
    const env = { HTTP_PROXY: through.url.replace('http://', 'user:pr0xyPass@') };
    const result = await cli().run([...LIST_ALL, '--verbose', ...at(server)], { env });
    expect(result.code).toBe(0);
    expect(through.credentials).toEqual([
      `Basic ${Buffer.from('user:pr0xyPass').toString('base64')}`,
    ]);
    expect(result.stderr).not.toContain('pr0xyPass');
  });

  it.each([
    { NO_PROXY: '127.0.0.1' },
    { no_proxy: 'localhost,127.0.0.1' },
    { NO_PROXY: '*' },
    { HTTP_PROXY: '', HTTPS_PROXY: 'http://127.0.0.1:9' },
  ])('is left alone with %o', async (more) => {
    const through = await proxy();
    const server = await serve(listGroups(fakeProget()));
    const env = { HTTP_PROXY: through.url, ...more };
    const result = await cli().run([...LIST_ALL, ...at(server)], { env });
    expect([result.code, through.seen]).toEqual([0, []]);
  });

  it('is asked for a tunnel by https', async () => {
    const through = await proxy();
    const server = await serve();
    const source = server.url.replace('http:', 'https:');
    const env = { HTTPS_PROXY: through.url };
    const result = await cli().run([...LIST_ALL, `--source=${source}`, '--json'], { env });
    expect(through.seen).toEqual([`CONNECT ${new URL(server.url).host}`]);
    // Behind the tunnel nobody speaks TLS here, as with a proxy that answers itself.
    expect(result.code).toBe(6);
    expect(jsonError(result.stderr)).toMatchObject({
      code: 'tls',
      message: `No secure connection to ${source.slice(0, -1)} through the proxy ${through.url} (HTTPS_PROXY): what answers does not use TLS.`,
      hint: 'The proxy may answer in place of the server: check HTTPS_PROXY and the proxy, or add the host of the server to NO_PROXY.',
    });
  });

  const CREDENTIALS =
    'The proxy requires credentials: write them into its variable as http://user:password@host:port.';
  const LOOK = 'Check HTTPS_PROXY and the proxy, or add the host of the server to NO_PROXY.';

  it.each([
    { scheme: 'http', variable: 'HTTP_PROXY', refusal: 407, hint: CREDENTIALS },
    { scheme: 'https', variable: 'HTTPS_PROXY', refusal: 407, hint: CREDENTIALS },
    { scheme: 'https', variable: 'HTTPS_PROXY', refusal: 502, hint: LOOK },
  ])('that refuses $scheme with $refusal is 6', async ({ scheme, variable, refusal, hint }) => {
    const through = await proxy(refusal);
    const env = { [variable]: through.url };
    const argv = [...LIST_ALL, `--source=${scheme}://proget.invalid/`];
    expect(await cli().run(argv, { env })).toEqual({
      code: 6,
      stdout: '',
      stderr: `groupctl: The proxy ${through.url} (${variable}) refused to connect to ${scheme}://proget.invalid (${refusal}).\nHint: ${hint}\n`,
    });
    expect(through.seen).toHaveLength(1);
  });

  it.each([
    { scheme: 'http', variable: 'HTTP_PROXY' },
    { scheme: 'https', variable: 'https_proxy' },
  ])('that rejects its user or password says so: $scheme', async ({ scheme, variable }) => {
    const through = await proxy(407);
    const env = { [variable]: through.url.replace('//', '//user:wr0ngPass@') };
    const { stderr } = await cli().run([...LIST_ALL, `--source=${scheme}://proget.invalid/`], {
      env,
    });
    expect(stderr).toContain(
      `\nHint: The proxy rejected the user or the password in ${variable}: check them. Write @ as %40, : as %3A, / as %2F and % as %25 in them.\n`,
    );
    expect(stderr).not.toContain('wr0ngPass');
  });

  it('that forwards plain HTTP is named where it may have answered itself', async () => {
    const through = await proxy(502);
    const server = await serve();
    const argv = [...LIST_ALL, ...at(server)];
    const { stderr } = await cli().run(argv, {
      env: { HTTP_PROXY: through.url },
      clock: standingClock(),
    });
    expect(stderr).toContain(
      `Hint: Look at the server's own log, and at the proxy ${through.url} (HTTP_PROXY); --verbose`,
    );
  });

  it.each(['user:100%secret', '100%user:secret', '%zz'])(
    'with a %% that begins no escape is 2: %s',
    async (credentials) => {
      const env = { http_proxy: `http://${credentials}@127.0.0.1:1` };
      expect(await cli().run([...LIST_ALL, '--source=http://127.0.0.1:9/'], { env })).toEqual({
        code: 2,
        stdout: '',
        stderr:
          'groupctl: The proxy in http_proxy has a "%" in its user or password that begins no escape.\nHint: Write % as %25.\n',
      });
    },
  );

  it.each([
    { name: 'HTTP_PROXY', value: 'not a url' },
    { name: 'https_proxy', value: 'http://' },
    { name: 'HTTPS_PROXY', value: 'http://user:s3cretpass@:3128:1' },
    { name: 'HTTPS_PROXY', value: 'ftp://user:s3cretpass@proxy.corp.local' },
  ])('that is no URL is 2: $name=$value', async ({ name, value }) => {
    const argv = [...LIST_ALL, '--source=https://127.0.0.1:9/'];
    expect(await cli().run(argv, { env: { [name]: value } })).toEqual({
      code: 2,
      stdout: '',
      stderr: `groupctl: The proxy in ${name} is not a URL.\nHint: Write it as http://host:port, or unset ${name}.\n`,
    });
  });

  it.each(['socks5://127.0.0.1:1080', 'socks://user:s3cretpass@h', 'SOCKS5h://h:1'])(
    'that is a SOCKS proxy is 2: %s',
    async (HTTP_PROXY) => {
      const argv = [...LIST_ALL, '--source=http://127.0.0.1:9/'];
      expect(await cli().run(argv, { env: { HTTP_PROXY } })).toEqual({
        code: 2,
        stdout: '',
        stderr:
          'groupctl: The proxy in HTTP_PROXY is a SOCKS proxy, which groupctl cannot use.\nHint: Write it as http://host:port, or unset HTTP_PROXY.\n',
      });
    },
  );

  it('is not used for the sandbox, which is in this process', async () => {
    const env = {
      HTTP_PROXY: `http://127.0.0.1:${await closedPort()}`,
      GROUPCTL_SOURCE: 'sandbox',
    };
    expect((await cli().run(LIST_ALL, { env })).code).toBe(0);
  });
});

describe('a dead proxy', () => {
  const hint = (variable: string): string =>
    `Hint: Check ${variable} and the proxy, or add the host of the server to NO_PROXY.\n`;

  it.each([
    { scheme: 'http', variable: 'http_proxy' },
    { scheme: 'https', variable: 'HTTPS_PROXY' },
    { scheme: 'https', variable: 'HTTP_PROXY' },
  ])('on the way to $scheme is named with $variable, and tried once', async (each) => {
    const { scheme, variable } = each;
    const port = await closedPort();
    const env = { [variable]: `http://user:pr0xyPass@127.0.0.1:${port}` };
    const argv = [...LIST_ALL, '--verbose', `--source=${scheme}://proget.invalid/`];
    const clock = standingClock();
    expect(await cli().run(argv, { env, clock })).toEqual({
      code: 6,
      stdout: '',
      stderr: `GET ${scheme}://proget.invalid/api/security/groups/list no answer 0 ms\ngroupctl: The proxy http://127.0.0.1:${port} (${variable}) does not answer: the connection was refused.\n${hint(variable)}`,
    });
    expect(clock.waits).toEqual([]);
  });

  it('whose host cannot be found is named', async () => {
    const env = { HTTPS_PROXY: 'proxy.invalid:3128' };
    const argv = [...LIST_ALL, '--source=https://proget.invalid/'];
    expect((await cli().run(argv, { env })).stderr).toBe(
      `groupctl: The host of the proxy http://proxy.invalid:3128 (HTTPS_PROXY) cannot be found.\n${hint('HTTPS_PROXY')}`,
    );
  });

  it.each([
    {
      what: 'closes the connection',
      act: (socket: Socket) => socket.destroy(),
      says: (where: string) => `closed the connection instead of connecting to ${where}.`,
    },
    {
      what: 'speaks no HTTP',
      act: (socket: Socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'),
      says: () => 'does not speak HTTP.',
    },
  ])('that $what when asked for a tunnel is asked once', async ({ act, says }) => {
    const { port, connections } = await proxyThat(act);
    const env = { HTTPS_PROXY: `http://127.0.0.1:${port}` };
    const argv = [...LIST_ALL, '--source=https://proget.invalid/'];
    expect(await cli().run(argv, { env })).toEqual({
      code: 6,
      stdout: '',
      stderr: `groupctl: The proxy http://127.0.0.1:${port} (HTTPS_PROXY) ${says('https://proget.invalid')}\n${hint('HTTPS_PROXY')}`,
    });
    expect(connections()).toBe(1);
  });

  it('that opens no tunnel in time is asked once', async () => {
    const { port, connections } = await proxyThat(() => undefined);
    const env = { HTTPS_PROXY: `http://127.0.0.1:${port}` };
    const argv = [...LIST_ALL, '--timeout=0.2', '--source=https://proget.invalid/'];
    expect(await cli().run(argv, { env })).toEqual({
      code: 6,
      stdout: '',
      stderr: `groupctl: No connection to https://proget.invalid through the proxy http://127.0.0.1:${port} (HTTPS_PROXY) within 0.2 s.\n${hint('HTTPS_PROXY')}`,
    });
    expect(connections()).toBeLessThanOrEqual(1);
  });

  it('that closes a connection in mid-request is named', async () => {
    const { port } = await proxyThat((socket) => socket.destroy());
    const env = { HTTP_PROXY: `http://127.0.0.1:${port}` };
    const argv = [...LIST_ALL, '--source=http://proget.invalid/'];
    const { stderr } = await cli().run(argv, { env });
    expect(stderr).toContain(
      `The connection to http://proget.invalid through the proxy http://127.0.0.1:${port} (HTTP_PROXY) was cut before the answer was complete.`,
    );
  });
});

describe('NO_PROXY', () => {
  it.each(['127.0.0.0/8', '10.0.0.0/8,127.0.0.1/32', '10.0.0.0/8 127.0.0.0/30'])(
    'has ranges of addresses: %s',
    async (range) => {
      const through = await proxy();
      const server = await serve(listGroups(fakeProget()));
      const env = { HTTP_PROXY: through.url, NO_PROXY: range };
      const result = await cli().run([...LIST_ALL, ...at(server)], { env });
      expect([result.code, result.stderr, through.seen]).toEqual([0, '', []]);
    },
  );

  it('warns of entries that have no effect', async () => {
    const through = await proxy();
    const server = await serve(listGroups(fakeProget()));
    const no_proxy = '127.0.0.0/33,10.*,http://127.0.0.1,localhost';
    const env = { HTTP_PROXY: through.url, no_proxy };
    const result = await cli().run([...LIST_ALL, ...at(server)], { env });
    expect(result.stderr).toBe(
      'Warning: no_proxy has entries without effect: 127.0.0.0/33, 10.*, http://127.0.0.1. Use a host, a domain (.corp.local), an IP address or a range (10.0.0.0/8).\n',
    );
    expect(through.seen).toHaveLength(1);
  });

  it('warns of an entry with a password without the password', async () => {
    const through = await proxy();
    const server = await serve(listGroups(fakeProget()));
    const NO_PROXY = 'http://jane:hunter22@h,https://jane:hunter';
    const env = { HTTP_PROXY: through.url, NO_PROXY };
    const { stderr } = await cli().run([...LIST_ALL, ...at(server)], { env });
    expect(stderr).toMatch(
      /^Warning: NO_PROXY has entries without effect: …@h, https:\/\/jane:…\. /,
    );
  });

  it.each([
    ['https://proget.corp.local/', 'proget.corp.local', true],
    ['https://proget.corp.local/', 'PROGET.corp.LOCAL', true],
    ['https://proget.corp.local/', '.corp.local', true],
    ['https://proget.corp.local/', '*.corp.local', true],
    ['https://proget.corp.local/', 'corp.local', true],
    ['https://proget.corp.local/', 'get.corp.local', false],
    ['https://proget.corp.local/', 'proget.corp.local:443', true],
    ['https://proget.corp.local/', 'proget.corp.local:8443', false],
    ['http://proget.corp.local:8624/', '.corp.local:8624', true],
    ['https://proget.corp.local/', '0.0.0.0/0', false],
    ['https://proget.corp.local/', '*', true],
    ['https://proget.corp.local/', 'localhost, *', true],
    ['https://10.1.2.3/', '10.0.0.0/8', true],
    ['https://10.1.2.3/', '10.1.2.3', true],
    ['https://10.1.2.3/', '10.1.2.3:443', true],
    ['https://11.1.2.3/', '10.0.0.0/8', false],
    ['https://11.1.2.3/', '0.0.0.0/0', true],
    ['https://[fd00::12]/', 'fd00::/8', true],
    ['https://[fd00::12]/', '10.0.0.0/8', false],
    ['https://[::1]/', '::1', true],
    ['https://[::1]:8443/', '[::1]', true],
    ['https://[::1]:8443/', '[::1]:8443', true],
    ['https://[::1]:8443/', '[::1]:443', false],
    ['https://[fd00::12]/', 'fd00:0:0:0:0:0:0:12', true],
  ])('for %s: %s is %s', (url, value, direct) => {
    expect(readNoProxy(value, new URL(url))).toEqual({ direct, ignored: [] });
  });
});
