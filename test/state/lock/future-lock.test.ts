import { existsSync, mkdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { withConfigLock } from '../../../src/state/sources/config-writer.ts';
import { removeFutureLock } from '../../../src/state/lock/future-lock.ts';
import { temporaryFolder } from '../../helpers/cli.ts';

/** The lock of a file, dated that many seconds from now. */
function lockDated(seconds: number): string {
  const path = join(temporaryFolder(), 'config.json');
  mkdirSync(`${path}.lock`);
  const at = Date.now() / 1000 + seconds;
  utimesSync(`${path}.lock`, at, at);
  return path;
}

it('a lock dated in the future does not block the configuration file', async () => {
  const path = lockDated(86_400);
  expect(await withConfigLock(path, () => 'done', 2)).toBe('done');
  expect(existsSync(`${path}.lock`)).toBe(false);
});

it('a lock that somebody holds does, and stays', async () => {
  const path = lockDated(0);
  const refused = withConfigLock(path, () => 'done', 2);
  await expect(refused).rejects.toMatchObject({ code: 'locked', exitCode: 8 });
  expect(existsSync(`${path}.lock`)).toBe(true);
  expect(removeFutureLock(join(temporaryFolder(), 'none'))).toBe(false);
});
