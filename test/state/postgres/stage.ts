import { onTestFinished } from 'vitest';
import {
  openPostgresStore,
  type PostgresStore,
  type StoreHost,
} from '../../../src/state/postgres/store.ts';
import { temporaryFolder } from '../../helpers/cli.ts';

/** A store as one machine opens it. */
export function openStore(
  url: string,
  env: Readonly<Record<string, string>> = {},
  more: Partial<StoreHost> = {},
): PostgresStore {
  const state = temporaryFolder();
  const store = openPostgresStore(url, 'GROUPCTL_STORE', {
    env,
    platform: 'linux',
    redactor: { add: () => undefined },
    warn: () => undefined,
    deadline: { remaining: () => Infinity },
    signal: new AbortController().signal,
    paths: async () => ({ state }),
    ...more,
  });
  onTestFinished(() => store.close());
  return store;
}
