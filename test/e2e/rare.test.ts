import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Linter } from 'eslint';
import { describe, expect, inject, it } from 'vitest';

/** Names that each file of the package has. */
const GLOBALS = [...Object.getOwnPropertyNames(globalThis), 'require', 'exports', '__dirname'];

describe('the files of functions that everyday commands do not call', () => {
  const dist = join(inject('package').root, 'dist');
  const files = readdirSync(dist).filter((file) => file.endsWith('-rare.js'));

  it('are there for what an add loads', () => {
    const others = files.map((file) => file.replace('-rare', ''));
    expect(others).toEqual(
      expect.arrayContaining(['command.js', 'program.js', 'runtime.js', 'server.js']),
    );
  });

  it.each(files)('use no name that nobody declares: %s', (file) => {
    const globals = Object.fromEntries(GLOBALS.map((name) => [name, 'readonly' as const]));
    const found = new Linter().verify(readFileSync(join(dist, file), 'utf8'), [
      { languageOptions: { sourceType: 'commonjs', globals }, rules: { 'no-undef': 'error' } },
    ]);
    expect(found).toEqual([]);
  });
});
