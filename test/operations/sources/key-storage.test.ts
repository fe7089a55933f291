import { expect, it } from 'vitest';
import type { Deps } from '../../../src/cli/deps.ts';
import { saveSource } from '../../../src/operations/sources/key-storage.ts';
import { SourceStore } from '../../../src/state/sources/store.ts';
import { temporaryFolder } from '../../helpers/cli.ts';

it('saveSource keeps the key of a source that was renamed while it was edited', async () => {
  const store = new SourceStore(temporaryFolder());
  const before = {
    name: 'prod',
    kind: 'proget',
    url: 'https://a.example/',
    external: { type: 'api-key', from: { keyring: 'prod 01' } },
  } as const;
  await store.save(before);
  await store.rename('prod', 'live');
  const deleted: string[] = [];
  const keyring = { delete: async (entry: string) => void deleted.push(entry) };
  const deps = { sources: async () => store, keyring: async () => keyring } as unknown as Deps;
  await expect(saveSource({ ...before, settle: 1 }, deps, { before })).rejects.toMatchObject({
    code: 'source-changed',
  });
  expect(deleted).toEqual([]);
});
