import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { cleanEnv } from '../helpers/packed.ts';

it('the demo of the README adds a member, shows it, and exits 0', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['docs/demo.mjs'], {
    encoding: 'utf8',
    env: cleanEnv({}),
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain('Added John Smith to Developers.\n');
  expect(stdout).toContain('John Smith is already a member of Developers; nothing to do.\n');
});
