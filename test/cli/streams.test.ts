import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../helpers/cli.ts';
import { type BinResult, ended, startBin } from '../helpers/spawn.ts';

/** A device that takes nothing: each write to it fails with ENOSPC, like a full disk. */
const FULL = '/dev/full';

/** Runs it with these streams of its own writing to the full device. */
async function onFullDisk(
  argv: readonly string[],
  ...lost: ('stdout' | 'stderr')[]
): Promise<BinResult> {
  const full = openSync(FULL, 'w');
  onTestFinished(() => closeSync(full));
  const home = temporaryFolder();
  const env = {
    GROUPCTL_CONFIG_DIR: join(home, 'config'),
    GROUPCTL_STATE_DIR: join(home, 'state'),
  };
  const to = (stream: 'stdout' | 'stderr'): number | 'pipe' =>
    lost.includes(stream) ? full : 'pipe';
  const stdio = ['ignore' as const, to('stdout'), to('stderr')];
  return await ended(startBin(argv, env, { stdio }));
}

describe.skipIf(!existsSync(FULL))('a full disk', () => {
  const LIST = ['security', 'groups', 'list'];
  const LOST =
    'The result could not be written to standard output (ENOSPC); what was done is done.';

  it.each([
    { argv: ['--help'] },
    { argv: [...LIST, '--source=sandbox'] },
    { argv: [...LIST, '--source=sandbox', '--json'] },
  ])('under standard output is 1, in one sentence: $argv', async ({ argv }) => {
    expect(await onFullDisk(argv, 'stdout')).toEqual({
      code: 1,
      signal: null,
      stdout: '',
      stderr: argv.includes('--json')
        ? `${JSON.stringify({ error: { code: 'output-lost', message: LOST, exitCode: 1 } })}\n`
        : `groupctl: ${LOST}\n`,
    });
  });

  it.each([
    { what: 'standard error', lost: ['stderr' as const] },
    { what: 'both', lost: ['stdout' as const, 'stderr' as const] },
  ])('under $what does not change the exit code of a failure', async ({ lost }) => {
    expect(await onFullDisk([...LIST, '--source=nope'], ...lost)).toEqual({
      code: 4,
      signal: null,
      stdout: '',
      stderr: '',
    });
  });

  it('under standard error does not fail what went well', async () => {
    const argv = [...LIST, '--source=sandbox', '--verbose'];
    const result = await onFullDisk(argv, 'stderr');
    expect(result).toMatchObject({ code: 0, signal: null });
    expect(result.stdout).toContain('Developers');
  });
});
