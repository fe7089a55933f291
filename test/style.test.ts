import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const PAGE = 'docs/style.md';

/** The files of a folder and of all folders below it. */
function filesIn(folder: string, ending: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name));
}

/** The list in the page is the one that is checked. */
function bannedPhrases(): string[] {
  const [, block = ''] =
    /```text\n([\s\S]*?)```/.exec(readFileSync(join(ROOT, PAGE), 'utf8')) ?? [];
  return block.split('\n').filter((line) => line !== '');
}

describe('the words of groupctl', () => {
  const phrases = bannedPhrases();
  const escaped = phrases.map((each) =>
    each.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/ /g, '\\s+'),
  );
  const pattern = new RegExp(`(?<![\\w-])(${escaped.join('|')})(?![\\w-])`, 'gi');

  it('have a list of phrases that are not used', () => {
    expect(phrases.length).toBeGreaterThan(30);
    expect('Whoever\n is so already'.match(pattern)).toEqual(['Whoever', 'is so already']);
  });

  it('hold none of these phrases in src, the README, the changelog and the docs', () => {
    const files = [
      ...filesIn('src', '.ts'),
      ...filesIn('docs', '.md').filter((file) => file !== join(PAGE)),
      'README.md',
      'CHANGELOG.md',
      'CONTRIBUTING.md',
    ];
    const found = files.flatMap((file) => {
      // The stars of a comment do not interrupt a phrase.
      const text = readFileSync(join(ROOT, file), 'utf8').replace(/\n\s*(\*|\/\/) ?/g, '\n');
      return [...text.matchAll(pattern)].map(
        ({ 0: hit, index }) => `${file}:${text.slice(0, index).split('\n').length} ${hit}`,
      );
    });
    expect(found).toEqual([]);
  });
});
