import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const SRC = fileURLToPath(new URL('../src', import.meta.url));
const DOCS = fileURLToPath(new URL('../docs/layout.md', import.meta.url));

/** What each file of src/ imports from others, types included. */
function imports(): Map<string, string[]> {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' });
  return new Map(
    files
      .filter((file) => file.endsWith('.ts'))
      .map((file) => {
        const { importedFiles } = ts.preProcessFile(readFileSync(join(SRC, file), 'utf8'));
        const own = importedFiles.map(({ fileName }) => fileName).filter((to) => to[0] === '.');
        return [file, own.map((to) => normalize(join(dirname(file), to)))];
      }),
  );
}

/** The first way back to a file that is being looked at, or undefined. */
function findCycle(all: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    done.add(file);
    for (const next of all.get(file) ?? []) {
      const cycle = visit(next, [...path, file]);
      if (cycle !== undefined) return cycle;
    }
    return undefined;
  };
  for (const file of all.keys()) {
    const cycle = visit(file, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

describe('the source', () => {
  it('has no import cycle, type imports included', () => {
    expect(findCycle(imports())).toBeUndefined();
  });

  it('has the ten rooms that docs/layout.md describes, and no other', () => {
    const layout = readFileSync(DOCS, 'utf8');
    const rooms = readdirSync(SRC, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort();
    const described = [...layout.matchAll(/^\| `(\w+)\/` \|/gm)].map(([, room]) => room).sort();
    expect(described).toEqual(rooms);
    expect(rooms).toHaveLength(10);
  });

  it('names no file in docs/layout.md that is not there', () => {
    const layout = readFileSync(DOCS, 'utf8');
    const named = [...layout.matchAll(/`(src\/[\w./-]+\.ts)`/g)].map(([, file]) => file ?? '');
    const all = imports();
    const missing = named.filter((file) => !all.has(relative('src', file)));
    expect(named.length).toBeGreaterThan(10);
    expect(missing).toEqual([]);
  });
});
