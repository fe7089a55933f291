import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SCRIPTS } from '../../src/cli/completion-scripts.ts';
import { temporaryFolder } from '../helpers/cli.ts';

const hasBash = spawnSync('bash', ['--version']).status === 0;

describe('completion in bash', () => {
  it.skipIf(!hasBash)('offers names as they are, and no files of the folder', () => {
    const folder = temporaryFolder();
    for (const name of ['mine', 'other']) writeFileSync(join(folder, name), '');
    const script = `groupctl() { printf '%s\\n' '*' 'm*' 'Release team' ''; }
${SCRIPTS.bash}
COMP_WORDS=(groupctl m) COMP_CWORD=1; _groupctl; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout } = spawnSync('bash', ['-c', script], { cwd: folder, encoding: 'utf8' });
    expect(stdout).toBe('\\*\nm\\*\nRelease\\ team\n');
  });
});
