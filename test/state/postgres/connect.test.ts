import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { expect, it, onTestFinished } from 'vitest';
import { describeWithPostgres, Relay, testStore } from '../../helpers/postgres.ts';
import { openStore } from './stage.ts';

const hasIPv6 = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ address }) => address === '::1'),
);

describeWithPostgres('the connection to a store', ({ port }) => {
  it.skipIf(!hasIPv6)('goes to an IPv6 address', async () => {
    const { url, schema } = testStore(port);
    const relay = await Relay.to(port, '::1');
    const at = (address: string): string =>
      `postgres://postgres@[${address}]:${relay.port}/groupctl?schema=${schema}&sslmode=disable`;
    await openStore(at('::1')).admin.init();
    await openStore(url).assertReady();
  });

  it.skipIf(!hasIPv6)('does not go to another address than that of the URL', async () => {
    const { schema } = testStore(port);
    // PostgreSQL listens on 127.0.0.1 alone.
    const url = `postgres://postgres@[::1]:${port}/groupctl?schema=${schema}`;
    await expect(openStore(url).assertReady()).rejects.toMatchObject({
      code: 'store-unreachable',
    });
  });

  it('is closed also where the server does not answer', async () => {
    const upstream = connect(port, '127.0.0.1');
    const server = createServer({ allowHalfOpen: true });
    server.once('connection', (client) => {
      upstream.on('data', (data) => void client.write(data));
      client.on('data', (data) => data.includes('pg_sleep') || upstream.write(data));
    });
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    await once(server.listen(0, '127.0.0.1'), 'listening');
    onTestFinished(() => {
      upstream.destroy();
      server.close();
    });
    const { port: via } = server.address() as { port: number };
    const store = openStore(`postgres://postgres@127.0.0.1:${via}/groupctl`);
    await store.db.query('select 1');
    const [client] = await accepted;
    const ended = new Promise((resolve) => {
      client.on('error', resolve).on('close', resolve);
    });
    await expect(store.db.query('select pg_sleep(9)', [], { limitMs: 300 })).rejects.toMatchObject({
      code: 'store-unreachable',
    });
    await store.close();
    // A client that has only said good-bye would still read.
    const writing = setInterval(() => client.write('x'), 20);
    onTestFinished(() => clearInterval(writing));
    await ended;
  });

  it('with TLS says that the server has none', async () => {
    const { url } = testStore(port);
    const { label } = openStore(url);
    await expect(openStore(`${url}&sslmode=verify-full`).assertReady()).rejects.toMatchObject({
      message: `No secure connection to ${label}: the server does not use TLS.`,
      code: 'store-no-tls',
      exitCode: 6,
    });
  });
});
