import { readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../helpers/cli.ts';
import { BIN, ended, startBin } from '../helpers/spawn.ts';

/** A text that is in the bundle wherever this part is, whatever file that may be. */
const PARTS = {
  'HTTP client': 'UND_ERR_SOCKET',
  sources: 'config-damaged',
  conf: 'clearInvalidConfig',
  journal: 'state-not-writable',
  lock: 'onCompromised',
  ProGet: 'api/security',
  sandbox: 'sandbox-password',
} as const;

const BUILT_IN = ['http', 'https', 'http2', 'tls', 'crypto', 'zlib', 'child_process'];

/** What a command line of the built program loads: parts of ours, and heavy built-in modules. */
async function loadedBy(argv: string[]): Promise<{ parts: string[]; builtIn: string[] }> {
  const home = temporaryFolder();
  const hook = join(home, 'hook.cjs');
  const out = join(home, 'loaded.json');
  writeFileSync(
    hook,
    `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(out)}, JSON.stringify({
      files: Object.keys(require.cache), builtIn: process.moduleLoadList })));`,
  );
  const env = { GROUPCTL_CONFIG_DIR: join(home, 'c'), GROUPCTL_STATE_DIR: join(home, 's') };
  const result = await ended(startBin(argv, env, { nodeArgs: ['--require', hook] }));
  expect({ code: result.code, stderr: result.stderr }).toEqual({ code: 0, stderr: '' });
  const loaded = JSON.parse(readFileSync(out, 'utf8')) as { files: string[]; builtIn: string[] };
  expect(loaded.files.map((file) => realpathSync(file))).toContain(realpathSync(BIN));
  const text = loaded.files
    .filter((file) => file !== hook)
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
  const names = loaded.builtIn.map((name) => name.replace('NativeModule ', ''));
  return {
    parts: Object.entries(PARTS).flatMap(([part, mark]) => (text.includes(mark) ? [part] : [])),
    builtIn: BUILT_IN.filter((name) => names.includes(name)),
  };
}

describe('what is loaded', () => {
  it('is seen by this test', async () => {
    const { parts, builtIn } = await loadedBy(['health', '--source=sandbox']);
    const add = ['sources', 'add', '--url=https://a.example/', '--api-key=abc12345'];
    const both = new Set([...parts, ...(await loadedBy(add)).parts]);
    expect([...both].sort()).toEqual(Object.keys(PARTS).sort());
    expect(builtIn).toEqual(expect.arrayContaining(['http', 'crypto']));
  });

  it.each([
    ['--version'],
    ['--help'],
    ['security --help'],
    ['help security groups members add'],
    ['security groups members add --help'],
    ['security groups members list -?'],
    ['security groups create --help'],
    ['sources add --help'],
    ['sources list --help'],
    ['sources test --help'],
    ['health --help'],
    ['history --help'],
    ['history show --help'],
    ['undo --help'],
    ['sandbox serve --help'],
    ['sandbox reset --help'],
  ])('by %s is no HTTP client and no store', async (line) => {
    expect(await loadedBy(line.split(' '))).toEqual({ parts: [], builtIn: [] });
  });
});
