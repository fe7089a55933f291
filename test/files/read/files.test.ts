import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MAX_FILE_BYTES } from '../../../src/files/read/read-bytes.ts';
import { temporaryFolder } from '../../helpers/cli.ts';
import { failure, failureOf, fileWith, readPath } from '../helpers.ts';

describe('a path', () => {
  it('is kept as it was given', async () => {
    const path = fileWith('User\njsmith\n', 'Müller, QA.csv');
    expect(await readPath(path)).toMatchObject({
      file: path,
      rows: [{ name: 'jsmith', row: { file: path, line: 2 } }],
    });
  });

  it('may be a link or a pipe', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'team.txt');
    writeFileSync(path, 'jsmith\n');
    symlinkSync(path, join(folder, 'link'));
    expect((await readPath(join(folder, 'link'))).rows).toHaveLength(1);
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const names = Array.from({ length: 30_000 }, (_, at) => `user${at}`).join('\n');
    const [file] = await Promise.all([readPath(pipe), writeFile(pipe, names)]);
    expect(file.rows).toHaveLength(30_000);
    expect(file.rows.at(-1)).toEqual({ name: 'user29999', row: { file: pipe, line: 30_000 } });
  });

  it('that is not there is refused, with the nearest', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'team.csv'), '');
    const path = join(folder, 'tema.csv');
    const near = join(folder, 'team.csv');
    expect(await failureOf(readPath(path))).toEqual({
      code: 'file-not-readable',
      exit: 2,
      text: `${path} cannot be read: there is no such file or folder. Did you mean ${near}?`,
      details: { file: path, errno: 'ENOENT', near: [near] },
    });
    const other = join(folder, 'nothing', 'like-it');
    expect(await failureOf(readPath(other))).toMatchObject({
      text: `${other} cannot be read: there is no such file or folder.`,
    });
  });

  it('that is a folder, or leads through a file, is refused', async () => {
    const folder = temporaryFolder();
    expect(await failureOf(readPath(folder))).toMatchObject({
      code: 'file-not-readable',
      exit: 2,
      text: `${folder} cannot be read: it is a folder.`,
    });
    const inside = join(fileWith('a\n'), 'team.csv');
    expect(await failureOf(readPath(inside))).toMatchObject({
      text: `${inside} cannot be read: a part of the path is not a folder.`,
    });
    const loop = join(folder, 'loop');
    symlinkSync(loop, loop);
    expect(await failureOf(readPath(loop))).toMatchObject({
      text: `${loop} cannot be read: too many symbolic links.`,
    });
  });

  it.skipIf(process.getuid?.() === 0)('that may not be read is refused', async () => {
    const path = fileWith('a\n');
    chmodSync(path, 0o000);
    expect(await failureOf(readPath(path))).toMatchObject({
      text: `${path} cannot be read: permission denied.`,
    });
    const folder = join(temporaryFolder(), 'closed');
    mkdirSync(folder, { mode: 0o000 });
    expect(await failureOf(readPath(join(folder, 'a')))).toMatchObject({
      details: { errno: 'EACCES' },
    });
  });

  it('to something without an end, or far too large, is refused', async () => {
    const path = fileWith('');
    truncateSync(path, MAX_FILE_BYTES + 1);
    for (const each of [path, '/dev/zero']) {
      expect(await failureOf(readPath(each))).toMatchObject({
        code: 'file-too-large',
        exit: 2,
        text: `${each} is larger than 64 MiB. Nothing was written.`,
      });
    }
    expect(await failure(Buffer.alloc(MAX_FILE_BYTES + 1, 'a'))).toMatchObject({
      code: 'file-too-large',
    });
  });

  it('to nothing is an empty file', async () => {
    expect(await failureOf(readPath('/dev/null'))).toMatchObject({
      code: 'empty-file',
      text: '/dev/null holds no names. Nothing was written.',
    });
    const path = fileWith('');
    expect(await failureOf(readPath(path))).toMatchObject({
      text: `${path} holds no names. Nothing was written.`,
    });
  });
});
