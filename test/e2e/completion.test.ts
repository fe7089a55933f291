import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cleanEnv, pack, type Packed, start } from '../helpers/packed.ts';

/** Completion in the real shells; one that is not installed is left out, and the run says so. */
const has = (shell: string): boolean => spawnSync(shell, ['--version']).status === 0;

let packed: Packed;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  packed = pack();
  const bin = join(packed.folder, 'path');
  mkdirSync(bin);
  const program = join(bin, 'groupctl');
  writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${packed.bin}" "$@"\n`);
  chmodSync(program, 0o755);
  env = {
    ...cleanEnv({}),
    PATH: `${bin}:${process.env['PATH'] ?? ''}`,
    LANG: 'C.UTF-8',
    HOME: packed.folder,
  };
  const add = ['sources', 'add', '--name=prod', '--url=https://a.example/', '--api-key=abc12345'];
  await start(packed.bin, add, env).finished;
  const groups = ['security', 'groups', 'create', '--name=Release team', '--source=sandbox'];
  await start(packed.bin, groups, env).finished;
  await start(packed.bin, ['security', 'groups', 'list', '--source=sandbox'], env).finished;
});

afterAll(() => packed.remove());

function inShell(shell: string, script: string): string[] {
  const { stdout, stderr, status } = spawnSync(shell, ['-c', script], { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${shell} exited with ${status}: ${stderr}`);
  return stdout.split('\n').filter((line) => line !== '');
}

const quote = (word: string): string => `'${word}'`;

/** What each shell offers for a command line; bash gets it in words, as it splits at `=`. */
const SHELLS: Readonly<Record<string, (words: readonly string[]) => string[]>> = {
  bash: (words) => {
    const split = words.flatMap((word) => word.split(/(?<==)|(?==)/));
    const line = ['groupctl', ...split].map(quote).join(' ');
    return inShell(
      'bash',
      `source <(groupctl completion bash); COMP_WORDS=(${line}); COMP_CWORD=${split.length}; _groupctl; printf '%s\\n' "\${COMPREPLY[@]}"`,
    );
  },
  zsh: (words) =>
    inShell(
      'zsh',
      `compdef() { :; }; compadd() { print -rl -- "\${(@)\${(P)2}}"; }; _files() { :; }
       source <(groupctl completion zsh)
       words=(groupctl ${words.map((word) => (word === '' ? "''" : quote(word))).join(' ')}); CURRENT=\${#words}
       _groupctl`,
    ),
  fish: (words) =>
    inShell('fish', `groupctl completion fish | source; complete -C "groupctl ${words.join(' ')}"`),
  pwsh: (words) =>
    inShell(
      'pwsh',
      `groupctl completion powershell | Out-String | Invoke-Expression
       $line = 'groupctl ${words.join(' ')}'
       [System.Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null).CompletionMatches | ForEach-Object ListItemText`,
    ),
};

describe.each(Object.entries(SHELLS))('completion in %s', (shell, complete) => {
  const installed = has(shell);

  it.skipIf(!installed)('offers commands', () => {
    expect(complete(['security', 'groups', 'mem'])).toEqual(['members']);
    expect(complete(['sources', ''])).toEqual(
      expect.arrayContaining(['add', 'edit', 'list', 'remove', 'show', 'test']),
    );
  });

  it.skipIf(!installed)('offers options', () => {
    const found = complete(['security', 'groups', 'members', 'sync', '--max-rem']);
    expect(found.sort()).toEqual(['--max-removal-percent', '--max-removals']);
  });

  it.skipIf(!installed)('offers the choices of an option', () => {
    const found = complete(['health', '--output=']).map((each) => each.replace('--output=', ''));
    expect(found.sort()).toEqual(['csv', 'human', 'json', 'table', 'yaml']);
    expect(complete(['health', '--output', 'j'])).toEqual(['json']);
  });

  it.skipIf(!installed)('offers sources', () => {
    expect(complete(['health', '--source', 'pr'])).toEqual(['prod']);
    expect(complete(['sources', 'show', 'pr'])).toEqual(['prod']);
  });

  it.skipIf(!installed)('offers the shells of completion', () => {
    expect(complete(['completion', 'pow'])).toEqual(['powershell']);
    // fish offers files where nothing else fits.
    expect(complete(['completion', 'pr'])).not.toContain('prod');
  });

  it.skipIf(!installed)('offers runs', () => {
    expect(complete(['undo', 'lat'])).toEqual(['latest']);
    expect(complete(['history', 'show', '01'])).toHaveLength(1);
  });

  it.skipIf(!installed)('offers the groups that were last read from the source', () => {
    const add = ['security', 'groups', 'members', 'add', '--source', 'sandbox', '--name'];
    expect(complete([...add, 'Dev'])).toEqual(['Developers']);
    const spaced = shell === 'bash' ? 'Release\\ team' : 'Release team';
    expect(complete([...add, 'rel'])).toEqual([spaced]);
    expect(complete([...add.slice(0, 4), '--source=prod', '--name', 'Dev'])).toEqual([]);
  });
});
