import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../helpers/cli.ts';
import { ended, startBin } from '../../helpers/spawn.ts';

/** The files of dist/ that a command line of the built program loads. */
async function filesOf(argv: readonly string[]): Promise<string[]> {
  const home = temporaryFolder();
  const hook = join(home, 'hook.cjs');
  const out = join(home, 'loaded.json');
  writeFileSync(
    hook,
    `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(out)},
      JSON.stringify(Object.keys(require.cache))));`,
  );
  const env = { GROUPCTL_CONFIG_DIR: join(home, 'c'), GROUPCTL_STATE_DIR: join(home, 's') };
  const result = await ended(startBin(argv, env, { nodeArgs: ['--require', hook] }));
  expect({ code: result.code, stderr: result.stderr }).toEqual({ code: 0, stderr: '' });
  const files = JSON.parse(readFileSync(out, 'utf8')) as string[];
  return files.filter((file) => file.includes('/dist/')).map((file) => basename(file));
}

describe('the files of progress and questions', () => {
  it.each(['sandbox', 'sandbox:infisical'])(
    'are not loaded by a quick add (%s)',
    async (source) => {
      const add = ['security', 'groups', 'members', 'add', '--member=jsmith', '--name=Developers'];
      const files = await filesOf([...add, `--source=${source}`]);
      expect(files).toEqual(expect.arrayContaining(['main.js', 'runtime.js', 'sandbox.js']));
      expect(files.filter((file) => /^(progress|ask|table|csv)\.js$/.test(file))).toEqual([]);
    },
  );

  it('are not loaded by --version and --help', async () => {
    expect(await filesOf(['--version'])).toEqual(['main.js']);
    expect(await filesOf(['--help'])).toEqual(['main.js']);
    const help = await filesOf(['security', 'groups', 'members', 'add', '--help']);
    // Everyday commands print no help.
    expect(help.sort()).toEqual(['main.js', 'program-rare.js', 'program.js']);
  });
});
