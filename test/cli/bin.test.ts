import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../helpers/cli.ts';
import { bin, ended, startBin } from '../helpers/spawn.ts';

function folders(): Record<string, string> {
  const home = temporaryFolder();
  return { GROUPCTL_CONFIG_DIR: join(home, 'config'), GROUPCTL_STATE_DIR: join(home, 'state') };
}

describe('the process', () => {
  it('says nothing when the reader of its output has gone away', async () => {
    for (const argv of [
      ['--help'],
      ['help', 'exit-codes'],
      ['security', 'groups', 'list', '--source=sandbox'],
    ]) {
      const child = startBin(argv, folders());
      child.stdout?.destroy();
      expect(await ended(child)).toMatchObject({ code: 0, signal: null, stderr: '' });
    }
  });

  it('keeps its exit code when nobody reads the error', async () => {
    const child = startBin(['frobnicate']);
    child.stderr?.destroy();
    expect(await ended(child)).toMatchObject({ code: 2, signal: null, stdout: '' });
  });

  it('reads a secret from a pipe', async () => {
    const env = folders();
    const child = startBin(['sources', 'add', '--url=https://a.example/', '--api-key-stdin'], env, {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    child.stdin?.end('\uFEFFkey-from-a-pipe\r\n');
    expect(await ended(child)).toMatchObject({ code: 0, stderr: '' });
    expect(await bin(['sources', 'list'], env)).toMatchObject({
      stdout: 'Default: https://a.example/ (proget, API key)\n',
    });
  });

  it('ends with 0 when a server is told to stop', async () => {
    const child = startBin(['sandbox', 'serve', '--port=0', '--memory'], folders());
    const end = ended(child);
    await once(child.stdout ?? child, 'data');
    child.kill('SIGINT');
    expect(await end).toMatchObject({ code: 0, signal: null });
  });
});
