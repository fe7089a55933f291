import { expect, it } from 'vitest';
import { describeWithPostgres, PostgresServer } from '../../helpers/postgres.ts';
import { openStore } from './stage.ts';

describeWithPostgres('a store with TLS', () => {
  it('is trusted by the certificate that sslrootcert names, for the name in it, and not otherwise', async () => {
    const server = await PostgresServer.start();
    if (server === undefined) throw new Error('PostgreSQL is gone');
    try {
      const ca = server.withTls();
      const init = (host: string, query: string): Promise<string> =>
        openStore(
          `postgres://postgres@${host}:${server.port}/groupctl?sslmode=verify-full${query}`,
        ).admin.init();
      await expect(init('localhost', '')).rejects.toMatchObject({
        code: 'store-certificate',
        exitCode: 6,
      });
      await expect(init('127.0.0.1', `&sslrootcert=${ca}`)).rejects.toMatchObject({
        code: 'store-certificate',
      });
      await init('localhost', `&sslrootcert=${ca}`);
      expect(() => openStore('postgres://db/x?sslrootcert=/no/such.pem')).toThrow(
        'sslrootcert cannot be read: /no/such.pem (ENOENT).',
      );
    } finally {
      server.remove();
    }
  });
});
