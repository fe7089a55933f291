import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Cli } from '../../helpers/cli.ts';

/** The files of the journal, oldest run first. */
export function runs({ state }: Pick<Cli, 'state'>): string[] {
  const folder = join(state, 'runs');
  return existsSync(folder)
    ? readdirSync(folder)
        .sort()
        .map((file) => join(folder, file))
    : [];
}

/** The records of one run; each is a whole line. */
export function lines(path: string | undefined): Record<string, unknown>[] {
  const text = readFileSync(path ?? '', 'utf8');
  expect(text.endsWith('\n')).toBe(true);
  return text
    .slice(0, -1)
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
