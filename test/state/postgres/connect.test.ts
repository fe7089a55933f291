import { networkInterfaces } from 'node:os';
import { expect, it } from 'vitest';
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
