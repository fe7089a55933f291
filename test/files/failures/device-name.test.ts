import { existsSync, linkSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isNul, windowsDevice } from '../../../src/files/failures/device-name.ts';
import { assertWritable, writeFailures } from '../../../src/files/failures/failures.ts';
import { temporaryFolder } from '../../helpers/cli.ts';
import { failureOf, WAIT } from '../helpers.ts';

describe('a name of Windows that is a device', () => {
  it.each([
    ['NUL', 'NUL'],
    ['nul', 'NUL'],
    ['nul.txt', 'NUL'],
    ['nul.tar.gz', 'NUL'],
    ['NUL:', 'NUL'],
    ['nul .csv', 'NUL'],
    ['.\\Nul', 'NUL'],
    ['C:\\temp\\con.csv', 'CON'],
    ['C:aux', 'AUX'],
    ['a/b/prn', 'PRN'],
    ['\\\\.\\COM1', 'COM1'],
    ['lpt9.csv', 'LPT9'],
    ['COM¹', 'COM¹'],
    ['conin$', 'CONIN$'],
    ['con', 'CON'],
  ])('%s is %s', (path, device) => {
    expect(windowsDevice(path)).toBe(device);
  });

  it.each(['nulls.csv', 'null', 'console.csv', 'com.csv', 'com10', 'con/failed.csv', 'x.nul', ''])(
    'is not %s',
    (path) => {
      expect(windowsDevice(path)).toBeUndefined();
    },
  );

  it('discards what is written to it where it is NUL itself', () => {
    expect(['NUL', 'nul:', 'C:\\temp\\NUL', '\\\\.\\NUL', 'nul '].filter(isNul)).toHaveLength(5);
    expect(['nul.txt', 'nul.', 'con', 'null'].filter(isNul)).toEqual([]);
  });
});

describe('--failures on Windows', () => {
  it('discards the rows for NUL: no file is made', async () => {
    const path = join(temporaryFolder(), 'NUL');
    await assertWritable(path, undefined, 'win32');
    await writeFailures(path, 'jsmith\n', WAIT, 'win32');
    expect(existsSync(path)).toBe(false);
  });

  it.each([
    ['nul.txt', 'NUL'],
    ['CON', 'CON'],
    ['COM1.csv', 'COM1'],
  ])('refuses %s before anything is done', async (path, device) => {
    await expect(assertWritable(path, undefined, 'win32')).rejects.toMatchObject({
      exitCode: 2,
      code: 'file-not-writable',
      message: `The failures cannot be written to ${path}: on Windows the name ${device} is a device; NUL discards the rows.`,
    });
  });

  it('takes them for files elsewhere', async () => {
    const path = join(temporaryFolder(), 'NUL');
    await assertWritable(path, undefined, 'linux');
    await writeFailures(path, 'jsmith\n', WAIT, 'linux');
    expect(statSync(path).size).toBe(7);
  });
});

it('two names of one file are the same file, by ids of any size', async () => {
  const folder = temporaryFolder();
  const [one, other] = [join(folder, 'a'), join(folder, 'b')];
  writeFileSync(one, '');
  linkSync(one, other);
  expect(await failureOf(assertWritable(one, other))).toMatchObject({ code: 'same-file' });
});
