import { X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer as createPlain } from 'node:http';
import { createServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import * as tls from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readCaFile, trustedCertificates } from '../../src/http/trust.ts';
import { cli, temporaryFolder } from '../helpers/cli.ts';

const certificates = new URL('./certificates/', import.meta.url);
const pathOf = (name: string): string => new URL(name, certificates).pathname;
const pem = (name: string): string => readFileSync(pathOf(name), 'utf8');
const CA = pathOf('ca.pem');

/** A server with a certificate of an authority that nobody trusts. */
async function serveTls(): Promise<{ url: string; requests: () => number }> {
  let requests = 0;
  const server = createServer(
    { key: pem('server.key'), cert: pem('server.pem') },
    (_, response) => {
      requests++;
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify([{ name: 'Developers', users: ['djones'] }]));
    },
  );
  server.listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((done) => server.once('listening', done));
  const { port } = server.address() as AddressInfo;
  return { url: `https://127.0.0.1:${port}/`, requests: () => requests };
}

/** A proxy that opens tunnels. */
async function serveTunnel(): Promise<{ url: string; tunnels: () => number }> {
  let tunnels = 0;
  const server = createPlain().on('connect', (request, client) => {
    tunnels++;
    const { hostname, port } = new URL(`http://${request.url ?? ''}`);
    const target = connect(Number(port), hostname, () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      client.pipe(target).pipe(client);
    });
    for (const socket of [client, target]) socket.on('error', () => target.destroy());
  });
  server.listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((done) => server.once('listening', done));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, tunnels: () => tunnels };
}

const LIST = ['security', 'groups', 'list', '--source=prod'];

describe('--ca-file of a source', () => {
  it('trusts the authority of a server, and nothing is sent without it', async () => {
    const { url, requests } = await serveTls();
    const user = cli();
    const add = ['sources', 'add', '--name=prod', `--url=${url}`, '--api-key=abc12345'];
    await user.run(add);
    expect(await user.run(LIST)).toEqual({
      code: 6,
      stdout: '',
      stderr: `groupctl: No secure connection to ${url.slice(0, -1)}: its certificate is not trusted (its authority is not known here).\nHint: Give the PEM file of your certificate authority: groupctl sources edit NAME --ca-file=ca.pem. For a URL in --source, set NODE_EXTRA_CA_CERTS to a file that can be read.\n`,
    });
    expect(requests()).toBe(0);
    expect((await user.run(['sources', 'edit', 'prod', `--ca-file=${CA}`])).code).toBe(0);
    expect(await user.run(LIST)).toEqual({
      code: 0,
      stdout: 'Developers (members: 1)\n',
      stderr: '',
    });
    expect(await user.json(['sources', 'show', 'prod'])).toMatchObject({ caFile: CA });
  });

  it('trusts it behind a proxy, too', async () => {
    const { url } = await serveTls();
    const proxy = await serveTunnel();
    const user = cli();
    const add = ['sources', 'add', '--name=prod', `--url=${url}`, '--api-key=abc12345'];
    await user.run([...add, `--ca-file=${CA}`]);
    const env = { HTTPS_PROXY: proxy.url };
    expect(await user.run(LIST, { env })).toMatchObject({ code: 0, stderr: '' });
    expect(proxy.tunnels()).toBe(1);
  });

  it.each([
    ['is not there', undefined, 'cannot be read (ENOENT)'],
    ['is empty', '', 'holds no certificate'],
    ['is another PEM', '-----BEGIN PRIVATE KEY-----\nAAAA\n', 'holds no certificate'],
    [
      'is damaged',
      '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
      'holds no certificate',
    ],
  ])('is refused before anything is stored when it %s: 2', async (_, text, problem) => {
    const path = join(temporaryFolder(), 'ca.pem');
    if (text !== undefined) writeFileSync(path, text);
    const user = cli();
    const add = ['sources', 'add', '--url=https://a.example/', `--ca-file=${path}`];
    expect(await user.run(add)).toEqual({
      code: 2,
      stdout: '',
      stderr: `groupctl: The CA file ${path} ${problem}.\nHint: Use the PEM file of the certificate authority, which signed the certificate of the server.\n`,
    });
    expect(await user.json(['sources', 'list'])).toEqual([]);
  });
});

describe('readCaFile', () => {
  it('reads several certificates, with text around them', () => {
    const path = join(temporaryFolder(), 'chain.pem');
    writeFileSync(path, `Our authority\r\n${pem('ca.pem')}\nThe server\n${pem('server.pem')}`);
    expect(readCaFile(path)).toHaveLength(2);
  });

  it('reads DER, which Windows exports', () => {
    const path = join(temporaryFolder(), 'ca.cer');
    writeFileSync(path, new X509Certificate(pem('ca.pem')).raw);
    expect(readCaFile(path)).toEqual([new X509Certificate(pem('ca.pem')).toString()]);
  });
});

describe('the trusted certificates', () => {
  it('are those of Node, of NODE_EXTRA_CA_CERTS and of the file', () => {
    const all = trustedCertificates(CA, pathOf('server.pem')) ?? [];
    expect(all.at(-1)).toBe(new X509Certificate(pem('ca.pem')).toString());
    expect(all.length).toBeGreaterThan(100);
    if (!('getCACertificates' in tls)) expect(all.at(-2)).toBe(pem('server.pem'));
  });

  it('are unchanged by an extra file that cannot be read', () => {
    expect(trustedCertificates(CA, '/does/not/exist')?.at(-1)).toContain('BEGIN CERTIFICATE');
  });
});
