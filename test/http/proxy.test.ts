import { createServer, request as forward } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ADD, at, jsonError } from '../commands/helpers.ts';
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
    // Behind the tunnel nobody speaks TLS here; that it was tried is what counts.
    expect(result.code).toBe(6);
    expect(jsonError(result.stderr)).toMatchObject({ code: 'tls' });
  });

  const CREDENTIALS =
    'The proxy wants credentials: write them into its variable as http://user:password@host:port.';
  const LOOK = 'Look at the proxy, or name the host in NO_PROXY.';

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
      stderr: `groupctl: The proxy on the way to ${scheme}://proget.invalid refused (${refusal}).\nHint: ${hint}\n`,
    });
    expect(through.seen).toHaveLength(1);
  });

  it.each([
    { name: 'HTTP_PROXY', value: 'not a url' },
    { name: 'https_proxy', value: 'http://' },
    { name: 'HTTPS_PROXY', value: 'http://user:s3cretpass@:3128:1' },
  ])('that is no URL is 2: $name=$value', async ({ name, value }) => {
    const argv = [...LIST_ALL, '--source=http://127.0.0.1:9/'];
    expect(await cli().run(argv, { env: { [name]: value } })).toEqual({
      code: 2,
      stdout: '',
      stderr: `groupctl: The proxy in ${name} is not a URL.\nHint: Write it as http://host:port, or unset ${name}.\n`,
    });
  });
});
