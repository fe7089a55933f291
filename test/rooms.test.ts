import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import ROOMS from '../scripts/rooms.json' with { type: 'json' };

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

  it('imports nothing from a room that its own may not import, dynamically neither', () => {
    const roomOf = (file: string): string | undefined => /^(\w+)\//.exec(file)?.[1];
    const allowed: Readonly<Record<string, readonly string[]>> = ROOMS;
    const wrong: string[] = [];
    for (const [file, targets] of imports()) {
      const room = roomOf(file);
      // main.ts and program.ts put everything together.
      if (room === undefined) continue;
      const rooms = [room, ...(allowed[room] ?? [])];
      for (const target of targets) {
        const other = roomOf(target);
        const isAllowed =
          other === undefined ? !/^(main|program)\.ts$/.test(target) : rooms.includes(other);
        if (!isAllowed) wrong.push(`${file} imports ${target}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('has the ten rooms that docs/layout.md describes, and no other', () => {
    const layout = readFileSync(DOCS, 'utf8');
    const rooms = readdirSync(SRC, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort();
    const described = [...layout.matchAll(/^\| `(\w+)\/` \|.*\| ([\w, ]+) \|$/gm)];
    expect(described.map(([, room]) => room).sort()).toEqual(rooms);
    expect(rooms).toHaveLength(10);
    // The table in words is the one that is enforced.
    const table = Object.fromEntries(
      described.map(([, room, others = '']) => [
        room,
        others === 'nothing' ? [] : others.split(', '),
      ]),
    );
    expect(table).toEqual(ROOMS);
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
