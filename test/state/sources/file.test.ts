import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SourceStore } from '../../../src/state/sources/store.ts';
import { cli, type CliResult, temporaryFolder } from '../../helpers/cli.ts';

const POSIX = process.platform !== 'win32';
const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);

function withFile(content: object): { file: string; run: (argv: string[]) => Promise<CliResult> } {
  const user = cli();
  mkdirSync(user.config, { mode: 0o700 });
  const file = join(user.config, 'config.json');
  writeFileSync(file, JSON.stringify(content), { mode: 0o600 });
  return { file, run: (argv) => user.run(argv) };
}

describe('the file of the sources', () => {
  it.runIf(POSIX)('is readable by its owner alone, and so is its folder', async () => {
    const user = cli();
    await user.run(['sources', 'add', '--url=https://a.example/', '--api-key=abc12345']);
    expect(mode(user.config)).toBe('700');
    expect(mode(join(user.config, 'config.json'))).toBe('600');
    expect(readdirSync(user.config)).toEqual(['config.json']);
  });

  it.runIf(POSIX)('is made private when it was not, at the next write', async () => {
    const { file, run } = withFile({ sources: [] });
    chmodSync(file, 0o644);
    await run(['sources', 'list']);
    expect(mode(file)).toBe('644');
    await run(['sources', 'add', '--url=https://a.example/']);
    expect(mode(file)).toBe('600');
  });

  it.runIf(POSIX)(
    'is replaced by a rename: whoever has it open reads the old one to its end',
    async () => {
      const { file, run } = withFile({ sources: [] });
      const before = statSync(file).ino;
      const { openSync, readSync, closeSync } = await import('node:fs');
      const open = openSync(file, 'r');
      await run(['sources', 'add', '--url=https://a.example/']);
      const buffer = Buffer.alloc(100);
      expect(buffer.toString('utf8', 0, readSync(open, buffer))).toBe('{"sources":[]}');
      closeSync(open);
      expect(statSync(file).ino).not.toBe(before);
    },
  );

  it('keeps what it does not know, of other sources and beside them', async () => {
    const other = {
      name: 'other',
      kind: 'proget',
      url: 'https://o.example/',
      color: { deep: [1] },
    };
    const { file, run } = withFile({
      version: 7,
      'with.dots': { a: 1 },
      sources: [other, { name: 'mine', kind: 'proget', url: 'https://m.example/' }],
    });
    await run(['sources', 'add', '--name=mine', '--url=https://n.example/']);
    await run(['sources', 'add', '--name=third', '--url=https://t.example/']);
    await run(['sources', 'remove', '--name=third']);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      version: 7,
      'with.dots': { a: 1 },
      sources: [other, { name: 'mine', kind: 'proget', url: 'https://n.example/' }],
    });
  });

  it('keeps what it does not know of a source that is edited', async () => {
    const mine = { name: 'mine', kind: 'proget', url: 'https://m.example/', future: { x: [1] } };
    const { file, run } = withFile({ sources: [mine] });
    expect((await run(['sources', 'edit', 'mine', '--settle=500'])).code).toBe(0);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ sources: [{ ...mine, settle: 500 }] });
  });

  it('does not make a new source the default that an older file names', async () => {
    const url = 'https://a.example/';
    const { run } = withFile({
      defaultSource: 'prod',
      sources: [{ name: 'Default', kind: 'proget', url }],
    });
    await run(['sources', 'add', '--name=prod', '--url=https://b.example/']);
    expect((await run(['sources', 'default'])).stdout).toBe('Default\n');
  });

  it('may start with a byte order mark', async () => {
    const { file, run } = withFile({});
    writeFileSync(
      file,
      '\uFEFF{"sources":[{"name":"a","kind":"proget","url":"https://a.example/"}]}',
    );
    expect((await run(['sources', 'list'])).stdout).toBe(
      'a: https://a.example/ (proget, no credentials)\n',
    );
  });

  it('is not written by commands that only read', async () => {
    const { file, run } = withFile({
      sources: [{ name: 'a', kind: 'proget', url: 'http://127.0.0.1:9/' }],
    });
    const before = statSync(file, { bigint: true });
    for (const argv of [
      ['sources', 'list'],
      ['sources', 'test'],
      ['health', '--source=a'],
      ['sources', 'remove', '--name=b'],
    ]) {
      await run(argv);
    }
    const { mtimeNs, ino } = statSync(file, { bigint: true });
    expect({ mtimeNs, ino }).toEqual({ mtimeNs: before.mtimeNs, ino: before.ino });
  });

  it('is not made by a command that only reads', async () => {
    const user = cli();
    await user.run(['sources', 'list']);
    await user.run(['security', 'groups', 'list', '--source=nope']);
    expect(existsSync(user.config)).toBe(false);
  });

  it.runIf(POSIX)('that cannot be made is named at once, with its path', async () => {
    const user = cli();
    writeFileSync(user.config, 'a file where the folder should be');
    const from = Date.now();
    const { code, stdout, stderr } = await user.run(['sources', 'add', '--url=https://a.example/']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(
      `Cannot use the configuration file ${join(user.config, 'config.json')}`,
    );
    expect(stderr).toContain('GROUPCTL_CONFIG_DIR');
    // A lock that another process has is tried for ten seconds; this is none.
    expect(Date.now() - from).toBeLessThan(5000);
  });
});

describe('the store', () => {
  it('gives back every kind of credentials as it was saved', async () => {
    const store = new SourceStore(temporaryFolder());
    const base = { kind: 'proget', url: 'https://a.example/' } as const;
    const sources = [
      { ...base, name: 'a', credentials: { type: 'api-key', apiKey: 'k' } },
      { ...base, name: 'b', credentials: { type: 'password', username: 'u', password: ' p ' } },
      { ...base, name: 'c', credentials: { type: 'client', clientId: 'i', clientSecret: 's' } },
      { ...base, name: 'd', userCheck: false, settle: 0 },
    ] as const;
    for (const source of sources) expect(await store.save(source)).toBeUndefined();
    expect(store.list()).toEqual(sources);
    expect(await store.save(sources[0])).toEqual(sources[0]);
    expect(store.find('A')).toEqual(sources[0]);
  });

  it('saves, renames and chooses nothing that another process has written meanwhile', async () => {
    const store = new SourceStore(temporaryFolder());
    const before = { name: 'a', kind: 'proget', url: 'https://a.example/' } as const;
    const edited = { ...before, settle: 1 };
    await store.save(before);
    await store.save(edited, { before });
    const changed = {
      exitCode: 2,
      code: 'source-changed',
      message:
        'Another groupctl has changed or removed the source "a" in the meantime. This change was not saved.',
    };
    await expect(store.save({ ...before, self: 'me' }, { before })).rejects.toMatchObject(changed);
    expect(store.list()).toEqual([edited]);
    const other = { ...before, name: 'b' };
    await store.save(other, { before: undefined });
    const added = {
      message:
        'Another groupctl has added the source "b" in the meantime. This change was not saved.',
    };
    await expect(store.save(other, { before: undefined })).rejects.toMatchObject(added);
    await expect(store.rename('a', 'B')).rejects.toMatchObject({ code: 'source-changed' });
    await store.remove('a');
    await expect(store.save(edited, { before: edited })).rejects.toMatchObject(changed);
    await expect(store.rename('a', 'c')).rejects.toMatchObject(changed);
    await expect(store.setDefaultSource('a')).rejects.toMatchObject(changed);
    expect(store.list()).toEqual([other]);
  });

  it('waits for another one that is writing', async () => {
    const folder = temporaryFolder();
    const lockfile = (await import('proper-lockfile')).default;
    const path = join(folder, 'config.json');
    const release = await lockfile.lock(path, { realpath: false });
    const saving = new SourceStore(folder).save({
      name: 'a',
      kind: 'proget',
      url: 'https://a.example/',
    });
    expect(existsSync(path)).toBe(false);
    await release();
    await saving;
    expect(existsSync(path)).toBe(true);
  });
});
