import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cli, type Cli, type CliResult, temporaryFolder } from '../../helpers/cli.ts';
import { addHandlers, fakeProget } from '../../helpers/proget.ts';
import { serve } from '../../helpers/server.ts';
import { MEMBERS } from '../../commands/helpers.ts';

const SYNC = [...MEMBERS, 'sync', '--name=Developers', '--username=admin', '--password=secret-1'];
const TEAM = ['djones', 'akhan', 'mbrown', 'mlee', 'p1', 'p2', 'p3', 'p4'];
/** More than are shown of a difference. */
const NEW = Array.from({ length: 2000 }, (_, at) => `new${String(at).padStart(4, '0')}`);

function file(...names: string[]): string {
  const path = join(temporaryFolder(), 'team.txt');
  writeFileSync(path, names.map((name) => `${name}\n`).join(''));
  return path;
}

async function sync(
  user: Cli,
  url: string,
  argv: string[],
  options: Parameters<Cli['run']>[1] = {},
): Promise<CliResult> {
  return await user.run([...SYNC, `--source=${url}`, ...argv], options);
}

describe('the difference of a sync', () => {
  it('names server, group, file and column before it asks, and shows 40 rows of many', async () => {
    const state = fakeProget(TEAM, NEW);
    const server = await serve(...addHandlers(state).slice(0, 2));
    const path = join(temporaryFolder(), 'team.csv');
    writeFileSync(path, ['Username,Department', ...NEW.map((name) => `${name},IT`)].join('\n'));
    const argv = [`--file=${path}`, '--no-color', '--allow-empty', '--max-removal-percent=100'];
    const ask = async (...more: string[]) =>
      (await sync(cli(), server.url, [...argv, ...more], { tty: true, answers: [false] })).stderr;
    const lines = (await ask()).split('\n');
    expect(lines.slice(0, 2)).toEqual([
      `Server ${server.url}, group "Developers", file "${path}" (column "Username")`,
      `+ ${NEW[0] ?? ''}`,
    ]);
    expect(lines.filter((line) => line.startsWith('+ '))).toHaveLength(40 - TEAM.length);
    expect(lines.filter((line) => line.startsWith('- '))).toHaveLength(TEAM.length);
    const more = NEW.length + TEAM.length - 40;
    expect(lines).toContain(`… and ${more.toLocaleString('en-US')} more (--all shows them)`);
    expect((await ask('--all')).match(/^\+ /gm)).toHaveLength(NEW.length);
  });

  it('plans in the same form with --dry-run, and whole off a terminal', async () => {
    const state = fakeProget(TEAM, NEW);
    const server = await serve(...addHandlers(state).slice(0, 2));
    const argv = [`--file=${file(...TEAM, ...NEW)}`, '--dry-run', '--no-color'];
    const terminal = (await sync(cli(), server.url, argv, { tty: true })).stdout.split('\n');
    expect(terminal[0]).toMatch(/^Server \S+, group "Developers", file "\S+"$/);
    expect(terminal).toHaveLength(1 + 40 + 4);
    const piped = (await sync(cli(), server.url, argv)).stdout.split('\n');
    expect(piped[0]).toBe(`+ ${NEW[0] ?? ''}`);
    expect(piped).toHaveLength(NEW.length + 3);
  });

  it('has each name made safe once, where it asks, for a guard and as a result', async () => {
    const odd = ['a\u200bb', '\u001b[31mred', 'a\\u{200B}b'];
    const state = fakeProget([...TEAM, ...odd]);
    const server = await serve(...addHandlers(state).slice(0, 2));
    const argv = [`--file=${file(...TEAM)}`, '--no-color'];
    const lines = ['- a\\u{200B}b', '- \\u{1B}[31mred', '- a\\u{5C}u{200B}b'];
    const any = '--max-removal-percent=100';
    const asked = await sync(cli(), server.url, [...argv, any], { tty: true, answers: [false] });
    expect(asked.stderr.split('\n')).toEqual(expect.arrayContaining(lines));
    const stopped = await sync(cli(), server.url, [...argv, '--max-removal-percent=1', '--yes']);
    expect(stopped.stderr.split('\n')).toEqual(expect.arrayContaining(lines));
    const planned = await sync(cli(), server.url, [...argv, any, '--dry-run']);
    expect(planned.stdout.split('\n')).toEqual(expect.arrayContaining(lines));
  });

  it('is green for additions and red for removals', async () => {
    const server = await serve(...addHandlers(fakeProget(TEAM, ['new1'])).slice(0, 2));
    const argv = [`--file=${file(...TEAM.slice(1), 'new1')}`];
    const { stderr } = await sync(cli(), server.url, argv, { tty: true, answers: [false] });
    expect(stderr).toContain(
      '\n\u001b[32m+ new1\u001b[39m\n\u001b[31m- djones\u001b[39m\n= 7 unchanged\n',
    );
  });
});

it.each(['80%', '80 %', '80'])('sync takes --max-removal-percent=%s', async (limit) => {
  const server = await serve(...addHandlers(fakeProget(TEAM)).slice(0, 2));
  const argv = [`--file=${file(...TEAM.slice(4))}`, `--max-removal-percent=${limit}`, '--dry-run'];
  expect((await sync(cli(), server.url, argv)).code).toBe(0);
});

it.each([
  [['nobody-1', 'nobody-2'], 'all 2 names are unknown.'],
  [['nobody-1'], 'its name is unknown.'],
])('sync says of a file without a known name that all are unknown: %j', async (names, said) => {
  const server = await serve(...addHandlers(fakeProget(TEAM)).slice(0, 2));
  const result = await sync(cli(), server.url, [`--file=${file(...names)}`, '--dry-run']);
  expect(result.code).toBe(4);
  expect(result.stdout.trimEnd().split('\n').at(-1)).toBe(
    `Developers: not compared with the file, because ${said}`,
  );
});
