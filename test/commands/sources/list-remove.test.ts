import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cli } from '../../helpers/cli.ts';

const URL_A = 'https://a.example/';
const URL_B = 'https://b.example/';

describe('sources list', () => {
  it('never shows a secret, in any format', async () => {
    const user = cli();
    await user.run(['sources', 'add', '--name=a', `--url=${URL_A}`, '--api-key=hunter22-key']);
    await user.run([
      'sources',
      'add',
      '--name=b',
      `--url=${URL_B}`,
      '--username=jane',
      '--password=hunter22-password',
    ]);
    expect(readFileSync(join(user.config, 'config.json'), 'utf8').match(/hunter22/g)).toHaveLength(
      2,
    );
    for (const format of [
      [],
      ['--json'],
      ['--output=csv'],
      ['--verbose'],
      ['--verbose', '--json'],
    ]) {
      const { code, stdout, stderr } = await user.run(['sources', 'list', ...format]);
      expect(code).toBe(0);
      expect(stdout).toContain('a.example');
      expect(stdout).toContain('jane');
      expect(stdout + stderr).not.toContain('hunter22');
    }
  });

  it('shows the formats exactly', async () => {
    const user = cli();
    await user.run([
      'sources',
      'add',
      '--name=a, "b"',
      `--url=${URL_A}`,
      '--username=jane',
      '--password=hunter22',
    ]);
    expect(await user.run(['sources', 'list'])).toEqual({
      code: 0,
      stdout: 'a, "b": https://a.example/ (proget, user jane)\n',
      stderr: '',
    });
    expect((await user.run(['sources', 'list', '--output=csv'])).stdout).toBe(
      'name,kind,url,auth,username,clientId,feed,dialect,settle,userCheck,self,organizationSlug,keyStorage,caFile,sharedStore\n"a, ""b""",proget,https://a.example/,password,jane,,,,,,,,,,\n',
    );
  });

  it('is empty on a fresh machine, without making a file', async () => {
    const user = cli();
    const stderr = 'There are no sources yet. Add one with: groupctl sources add\n';
    const none = { code: 0, stdout: '', stderr };
    expect(await user.run(['sources', 'list'])).toEqual(none);
    expect(await user.run(['sources', 'list'], { tty: true })).toEqual(none);
    expect(await user.run(['sources', 'list', '--quiet'])).toEqual({ ...none, stderr: '' });
    const json = await user.run(['sources', 'list', '--json']);
    expect(json).toEqual({ code: 0, stdout: '[]\n', stderr: '' });
    expect(() => readFileSync(join(user.config, 'config.json'))).toThrow('ENOENT');
  });
});

describe('sources remove', () => {
  it('forgets a source and its key, in any case of its name', async () => {
    const user = cli();
    await user.run(['sources', 'add', '--name=Prod', `--url=${URL_A}`, '--api-key=hunter22-key']);
    await user.run(['sources', 'add', '--name=other', `--url=${URL_B}`]);
    expect(await user.run(['sources', 'remove', '--name=pROD'])).toEqual({
      code: 0,
      stdout: 'Removed the source Prod.\n',
      stderr: '',
    });
    expect(await user.json(['sources', 'list'])).toMatchObject([{ name: 'other' }]);
    expect(readFileSync(join(user.config, 'config.json'), 'utf8')).not.toContain('hunter22');
  });

  it('takes the source away from sources default, and a new one of that name is not it', async () => {
    const user = cli();
    await user.run(['sources', 'add', `--url=${URL_A}`, '--api-key=abc12345']);
    await user.run(['sources', 'add', '--name=prod', `--url=${URL_B}`, '--api-key=abc12345']);
    await user.run(['sources', 'default', 'prod']);
    expect(await user.run(['sources', 'remove', '--name=prod'])).toEqual({
      code: 0,
      stdout: 'Removed the source prod.\n',
      stderr: `Commands without --source now use Default (${URL_A}).\n`,
    });
    expect(readFileSync(join(user.config, 'config.json'), 'utf8')).not.toContain('defaultSource');
    await user.run(['sources', 'add', '--name=PROD', `--url=${URL_B}`, '--api-key=abc12345']);
    expect((await user.run(['sources', 'default'])).stdout).toBe('Default\n');
  });

  it('of nothing is no error and writes nothing', async () => {
    const user = cli();
    expect(await user.run(['sources', 'remove', '--name=nope'])).toEqual({
      code: 0,
      stdout: 'There is no source named nope; nothing to do.\n',
      stderr: '',
    });
    expect(await user.json(['sources', 'remove', '--name=nope'])).toEqual({
      name: 'nope',
      removed: false,
    });
    expect(() => readFileSync(join(user.config, 'config.json'))).toThrow('ENOENT');
  });
});
