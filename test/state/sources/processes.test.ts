import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../helpers/cli.ts';
import { bin } from '../../helpers/spawn.ts';

const PROCESSES = 50;

it(`${PROCESSES} processes that add a source each at the same time lose none`, async () => {
  const folder = temporaryFolder();
  const env = { GROUPCTL_CONFIG_DIR: folder };
  const names = Array.from({ length: PROCESSES }, (_, at) => `source-${at}`);
  const results = await Promise.all(
    names.map((name) =>
      bin(
        [
          'sources',
          'add',
          `--name=${name}`,
          `--url=https://${name}.example/`,
          `--api-key=key-of-${name}`,
        ],
        env,
      ),
    ),
  );
  for (const [at, result] of results.entries()) {
    expect(result).toEqual({
      code: 0,
      signal: null,
      stdout: `Added the source source-${at} (https://source-${at}.example/).\n`,
      stderr: '',
    });
  }
  const { sources } = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as {
    sources: { name: string; apiKey: string }[];
  };
  expect(sources.map(({ name }) => name).sort()).toEqual([...names].sort());
  for (const { name, apiKey } of sources) expect(apiKey).toBe(`key-of-${name}`);
}, 120_000);
