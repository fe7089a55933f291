import {
  chmodSync,
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  assertWritable,
  saveFailures,
  writeFailures,
} from '../../../src/files/failures/failures.ts';
import type { MemberOutcome } from '../../../src/domain/outcome.ts';
import { temporaryFolder } from '../../helpers/cli.ts';
import { ended, startBin } from '../../helpers/spawn.ts';
import { failureOf, WAIT } from '../helpers.ts';

const FAILED: MemberOutcome[] = [
  {
    op: 'add',
    type: 'user',
    member: 'jsmth',
    requested: 'jsmth',
    outcome: 'no-such-user',
    verified: false,
  },
];

describe('before a run', () => {
  it('a file that can be written is left as it is, and nothing beside it', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'failed.csv');
    await assertWritable(path);
    expect(readdirSync(folder)).toEqual([]);
    const earlier = [
      '',
      'User;Outcome;Error\nx;failed;y\n',
      '\uFEFFsep=,\n"User","Outcome","Error"\n"x","refused",""\n',
      '# format: list; rows that were not done\n# no\nx\n',
      '# format: list; rows that were not done\r# no\rx\r',
      '[\n  {\n    "member": "x",\n    "outcome": "failed",\n    "error": ""\n  }\n]\n',
      'Team|"a\nb"|Outcome|Error\nQA|"x\ny"|unknown|"a|b"\n||\n',
      // The head of these ends in the middle of a row.
      `User,Outcome,Error\n${'x,refused,"a, ""b"""\n'.repeat(5000)}`,
      `[{"user": "x", "outcome": "no-such-user", "error": ","}${',\n{"outcome":"failed","error":"]"}'.repeat(5000)}]`,
    ];
    for (const text of earlier) {
      writeFileSync(path, text);
      await assertWritable(path);
      expect(readdirSync(folder)).toEqual(['failed.csv']);
      expect(readFileSync(path, 'utf8')).toBe(text);
    }
  });

  it.each([
    'User,Team\nx,QA\n',
    '# mine\nx\n',
    '["x"]',
    'PK\u0003\u0004',
    '# format: list\njsmith\n',
    '# format: list; rows that were not done by hand\njsmith\n',
    'Host,Check,Outcome,Error\n',
    'Test,Outcome,Error\nlogin,passed,\n',
    'Test,Outcome,Error\nlogin,failed,no\nlogout,passed,\n',
    'User,Outcome,Error,Team\nx,failed,y,QA\n',
    'User,Outcome,Error\nx,failed,"y\n',
    '[]',
    '[{"test":"login","outcome":"passed","error":""}]',
    '[{"member":"x","outcome":"failed"}]',
    '[{"member":"x","outcome":"failed","error":"no"},{"member":"y"}]',
    `[${'{"outcome":"failed","error":"no"},\n'.repeat(5)}{"outcome":"passed","error":""}${',\n{"outcome":"failed","error":"no"}'.repeat(5000)}]`,
    `User,Outcome,Error\nx,passed,\n${'x,failed,no\n'.repeat(9000)}`,
    `User,Outcome,Error\n"${'x'.repeat(70_000)}",failed,no\n`,
  ])('a file of somebody else is not replaced (%#)', async (text) => {
    const path = join(temporaryFolder(), 'precious');
    writeFileSync(path, text);
    expect(await failureOf(assertWritable(path))).toMatchObject({
      code: 'file-not-writable',
      text: `${path} exists and was not written by groupctl, so it is not overwritten. Choose another file. Nothing was written.`,
    });
    expect(readFileSync(path, 'utf8') === text).toBe(true);
  });

  it.each([
    ['', 'it is a folder'],
    ['missing/failed.csv', 'there is no such file or folder'],
    ['file/failed.csv', 'a part of the path is not a folder'],
    [`${'x'.repeat(300)}.csv`, 'the name is too long'],
  ])('%s cannot be written', async (name, why) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), '');
    const path = join(folder, name);
    const expected = {
      code: 'file-not-writable',
      exit: 2,
      text: `The failures cannot be written to ${path}: ${why}. Nothing was written.`,
    };
    expect(await failureOf(assertWritable(path))).toMatchObject(expected);
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it('/proc and standard output are no places for it', async () => {
    expect(await failureOf(assertWritable('-'))).toMatchObject({
      code: 'file-not-writable',
      text: 'The failures cannot be written to -: it is always a file, as standard output is the result. Nothing was written.',
    });
    expect(await failureOf(assertWritable('/proc/failed.csv'))).toMatchObject({
      code: 'file-not-writable',
    });
  });

  it.skipIf(process.getuid?.() === 0)('rights are looked at', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'failed.csv');
    writeFileSync(path, 'old', { mode: 0o444 });
    expect(await failureOf(assertWritable(path))).toMatchObject({ details: { errno: 'EACCES' } });
    const closed = join(folder, 'closed');
    mkdirSync(closed, { mode: 0o555 });
    expect(await failureOf(assertWritable(join(closed, 'a')))).toMatchObject({
      details: { errno: 'EACCES' },
    });
  });

  it('the file of names is not overwritten, by whatever name it goes', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'team.csv');
    writeFileSync(path, 'User\na\n');
    symlinkSync(path, join(folder, 'link.csv'));
    for (const other of [
      path,
      join(folder, '.', 'x', '..', 'team.csv'),
      join(folder, 'link.csv'),
    ]) {
      expect(await failureOf(assertWritable(other, path))).toMatchObject({
        code: 'same-file',
        exit: 2,
        text: `${other} is the file of names itself. Give --failures a file of its own. Nothing was written.`,
      });
    }
    await assertWritable(join(folder, 'failed.csv'), path);
    await assertWritable(join(folder, 'failed.csv'), '-');
    await assertWritable('/dev/null', '/dev/null');
  });
});

describe('standard input that is a file', () => {
  it('is not overwritten either', async () => {
    const path = join(temporaryFolder(), 'users.csv');
    const text = 'Name,Password,Outcome,Error\na,pw-1,failed,x\n';
    writeFileSync(path, text);
    const stdin = openSync(path, 'r');
    const argv = ['security', 'users', 'create', '--file=-', `--failures=${path}`];
    const child = startBin(argv, {}, { stdio: [stdin, 'pipe', 'pipe'] });
    closeSync(stdin);
    expect(await ended(child)).toMatchObject({
      code: 2,
      stderr: `groupctl: ${path} is the file of names itself. Give --failures a file of its own. Nothing was written.\n`,
    });
    expect(readFileSync(path, 'utf8')).toBe(text);
  });
});

describe('after a run', () => {
  it('the file is there for its owner only, and is replaced', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'failed.txt');
    writeFileSync(path, 'old and longer than what comes\n'.repeat(10), { mode: 0o644 });
    chmodSync(path, 0o644);
    await saveFailures(path, undefined, FAILED, WAIT);
    expect(readFileSync(path, 'utf8')).toBe(
      '# format: list; rows that were not done\n# no-such-user\njsmth\n',
    );
    await assertWritable(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['failed.txt']);
  });

  it('no file is left where nothing failed', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'failed.txt');
    await saveFailures(path, undefined, [], WAIT);
    expect(existsSync(path)).toBe(false);
    writeFileSync(path, 'old');
    await saveFailures(path, undefined, [], WAIT);
    expect(existsSync(path)).toBe(false);
    await saveFailures('/dev/null', undefined, [], WAIT);
    expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  it('a link is followed to where nothing is yet', async () => {
    const folder = temporaryFolder();
    const link = join(folder, 'link');
    symlinkSync('later.csv', link);
    await assertWritable(link);
    await writeFailures(link, 'new\n', WAIT);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(folder, 'later.csv'), 'utf8')).toBe('new\n');
  });

  it('a link is followed, and a device is not replaced', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'failed.txt');
    const link = join(folder, 'link');
    writeFileSync(path, '# format: list; rows that were not done\n');
    symlinkSync(path, link);
    await assertWritable(link);
    await writeFailures(link, 'new\n', WAIT);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(path, 'utf8')).toBe('new\n');
    await assertWritable('/dev/null');
    await writeFailures('/dev/null', 'new\n', WAIT);
    expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  it('a large file is written whole', async () => {
    const path = join(temporaryFolder(), 'failed.txt');
    const text = 'jsmith ä 山\n'.repeat(300_000);
    await writeFailures(path, text, WAIT);
    expect(readFileSync(path, 'utf8') === text).toBe(true);
  });

  it('a folder that went away is told in words', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), '');
    const path = join(folder, 'file', 'failed.txt');
    expect(await failureOf(writeFailures(path, 'x', WAIT))).toMatchObject({
      code: 'file-not-writable',
      exit: 2,
      text: `The failures cannot be written to ${path}: a part of the path is not a folder.`,
    });
    expect(await failureOf(writeFailures('/dev/full', 'x', WAIT))).toMatchObject({
      text: 'The failures cannot be written to /dev/full: the disk is full.',
    });
  });
});
