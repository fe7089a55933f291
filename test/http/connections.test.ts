import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { cli } from '../helpers/cli.ts';
import { ADD } from '../commands/helpers.ts';

it('one add opens one connection: over TLS each one would be a handshake', async () => {
  const members = ['djones'];
  const server = createServer((request, response) => {
    const send = (body: unknown): void => void response.end(JSON.stringify(body));
    if (request.url?.endsWith('/users/list') === true) return send([{ name: 'jsmith' }]);
    if (request.method === 'GET') return send([{ name: 'Developers', users: members }]);
    request.resume();
    request.on('end', () => {
      members.push('jsmith');
      send({});
    });
  });
  let connections = 0;
  server.on('connection', () => connections++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const add = [
    ...ADD,
    '--name=Developers',
    '--member=jsmith',
    `--source=${url}`,
    '--api-key=abc12345',
  ];
  expect((await cli().run(add)).code).toBe(0);
  expect(connections).toBe(1);
});
