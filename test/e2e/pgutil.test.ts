import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cleanEnv, pack, type Packed } from '../helpers/packed.ts';
import { COMMANDS } from '../helpers/pgutil-commands.ts';

let packed: Packed;
let env: NodeJS.ProcessEnv;

beforeAll(() => {
  packed = pack();
  const state = join(packed.folder, 'state');
  env = cleanEnv({ HOME: packed.folder, GROUPCTL_STATE_DIR: state, GROUPCTL_SOURCE: 'sandbox' });
});

afterAll(() => packed.remove());

it('the packed program runs each command of pgutil as it is written', () => {
  for (const [argv, input = ''] of COMMANDS) {
    const { status, stderr } = spawnSync(process.execPath, [packed.bin, ...argv], {
      env,
      input,
      encoding: 'utf8',
    });
    expect({ argv, status, stderr }).toMatchObject({ argv, status: 0 });
  }
});
