import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cleanEnv, pack, type Packed, start } from '../helpers/packed.ts';

/** The bundle has only those parts of undici that are named for it: what tunnels need is one. */
describe('the package behind a proxy', () => {
  let packed: Packed;
  let proxy: Server;
  const asked: string[] = [];

  beforeAll(async () => {
    packed = pack();
    proxy = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response.setHeader('content-type', 'application/json');
      response.end('[{"name":"QA"}]');
    });
    proxy.on('connect', (request, socket) => {
      asked.push(`CONNECT ${request.url}`);
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n');
    });
    await new Promise<void>((resolve) => void proxy.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    packed.remove();
    proxy.close();
  });

  const env = (): NodeJS.ProcessEnv => {
    const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const own = { HOME: packed.folder, HTTP_PROXY: url, HTTPS_PROXY: url };
    return cleanEnv(own);
  };
  const LIST = ['security', 'groups', 'list'];

  it('asks it for a tunnel where the URL says https', async () => {
    const argv = [...LIST, '--source=https://groupctl.invalid/'];
    expect(await start(packed.bin, argv, env()).finished).toEqual({
      code: 6,
      stdout: '',
      stderr: `groupctl: The proxy ${env()['HTTPS_PROXY']} (HTTPS_PROXY) refused to connect to https://groupctl.invalid (407).\nHint: The proxy requires credentials: write them into its variable as http://user:password@host:port.\n`,
    });
    expect(asked.splice(0)).toEqual(['CONNECT groupctl.invalid:443']);
  });

  it('sends it plain http whole', async () => {
    const argv = [...LIST, '--source=http://groupctl.invalid/'];
    expect(await start(packed.bin, argv, env()).finished).toEqual({
      code: 0,
      stdout: 'QA (members: )\n',
      stderr: '',
    });
    expect(asked.splice(0)).toEqual(['GET http://groupctl.invalid/api/security/groups/list']);
  });
});
