import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Host } from '../../src/cli/deps.ts';
import type { Cli } from '../helpers/cli.ts';
import type { TestServer } from '../helpers/server.ts';

export const GROUP_COMMANDS = ['security', 'groups'];
export const MEMBERS = [...GROUP_COMMANDS, 'members'];
export const ADD = [...MEMBERS, 'add'];
export const REMOVE = [...MEMBERS, 'remove'];
export const LIST = [...MEMBERS, 'list'];

/** The options that name a test server and a key for it. */
export const at = ({ url }: Pick<TestServer, 'url'>): string[] => [
  `--source=${url}`,
  '--api-key=abc12345',
];

export interface JournalLine {
  readonly t: string;
  readonly [field: string]: unknown;
}

/** The IDs of the runs that a user's journal holds, oldest first. */
export function runIds({ state }: Pick<Cli, 'state'>): string[] {
  return readdirSync(join(state, 'runs'))
    .sort()
    .map((file) => file.replace('.jsonl', ''));
}

/** The runs that a user's journal holds, oldest first, each with its lines. */
export function journals({ state }: Pick<Cli, 'state'>): JournalLine[][] {
  let names: string[];
  try {
    names = readdirSync(join(state, 'runs')).sort();
  } catch {
    return [];
  }
  return names.map((name) =>
    readFileSync(join(state, 'runs', name), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as JournalLine),
  );
}

/** Cuts the newest journal behind a line, as a killed process leaves it. */
export function killAfter(
  { state }: Pick<Cli, 'state'>,
  keep: (line: { t: string }) => boolean,
): void {
  const folder = join(state, 'runs');
  const path = join(folder, readdirSync(folder).sort().at(-1) ?? '');
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  const kept = lines.filter((line) => keep(JSON.parse(line) as { t: string }));
  writeFileSync(path, `${kept.join('\n')}\n{"t":"outc`);
}

/** The error document that --json puts on the last line of stderr. */
export function jsonError(stderr: string): Record<string, unknown> {
  const last = stderr.trimEnd().split('\n').at(-1) ?? '';
  return (JSON.parse(last) as { error: Record<string, unknown> }).error;
}

/** A clock on which only waiting takes time; what was waited for, in milliseconds, is kept. */
export function standingClock(start = Date.UTC(2025, 0, 1)): Host['clock'] & {
  readonly waits: number[];
  pass(ms: number): void;
} {
  let now = start;
  const waits: number[] = [];
  return {
    waits,
    now: () => now,
    random: () => 0.5,
    pass: (ms) => void (now += ms),
    sleep: (ms, signal) => {
      if (signal?.aborted) return Promise.reject(new Error('aborted'));
      waits.push(ms);
      now += ms;
      return Promise.resolve();
    },
  };
}
