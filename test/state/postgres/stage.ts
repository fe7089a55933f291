import { onTestFinished } from 'vitest';
import { openPostgresStore, type PostgresStore } from '../../../src/state/postgres/store.ts';
import { temporaryFolder } from '../../helpers/cli.ts';

/** A store as one machine opens it. */
export function openStore(url: string, env: Readonly<Record<string, string>> = {}): PostgresStore {
  const state = temporaryFolder();
  const store = openPostgresStore(url, 'GROUPCTL_STORE', {
    env,
    platform: 'linux',
    redactor: { add: () => undefined },
    warn: () => undefined,
    deadline: { remaining: () => Infinity },
    paths: async () => ({ state }),
  });
  onTestFinished(() => store.close());
  return store;
}
