import { parse } from 'csv-parse/sync';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { type CsvTrouble, eachRecord, firstRecord } from '../../../src/files/read/csv-reader.ts';

interface Result {
  readonly records: readonly (readonly string[])[];
  readonly lines: readonly number[];
  readonly trouble: CsvTrouble | undefined;
}

async function read(text: string, delimiter = ',', start = 0, line = 1): Promise<Result> {
  const records: string[][] = [];
  const lines: number[] = [];
  const trouble = await eachRecord({ text, delimiter, start, line }, (cells, at) => {
    records.push(cells);
    lines.push(at);
  });
  return { records, lines, trouble };
}

it('reads what has no quotes as csv-parse does', async () => {
  const piece = fc.constantFrom(
    ',',
    ';',
    '\n',
    '\r\n',
    '\r',
    ' ',
    '\t',
    'a',
    'Zoë',
    '👩‍💻',
    '#',
    '\\',
  );
  const text = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''));
  await fc.assert(
    fc.asyncProperty(text, fc.constantFrom(',', ';'), async (content, delimiter) => {
      const theirs = parse(content, {
        delimiter,
        record_delimiter: ['\r\n', '\n', '\r'],
        relax_column_count: true,
        trim: true,
      });
      const filled = (records: readonly (readonly string[])[]): (readonly string[])[] =>
        records.filter((cells) => cells.length > 1 || cells[0] !== '');
      const ours = await read(content, delimiter);
      expect(filled(ours.records)).toEqual(filled(theirs));
    }),
    { numRuns: 1000 },
  );
});

it('knows the line of each record, with quotes and without', async () => {
  expect(await read('a\r\n"b\r\nb\n\rb",c\r\n\r\nd')).toEqual({
    records: [['a'], ['b\r\nb\n\rb', 'c'], [''], ['d']],
    lines: [1, 2, 6, 7],
    trouble: undefined,
  });
  expect((await read('a\r\n\r\nb\rc\n')).lines).toEqual([1, 2, 3, 4]);
});

it('says in which row a quote is not closed, or stands where none can', async () => {
  expect(await read('a\n"b\nb","c\nd\ne')).toMatchObject({
    records: [['a']],
    trouble: { line: 2, kind: 'unclosed-quote' },
  });
  for (const bad of ['b"c', '"b"c', '"b" c']) {
    expect(await read(`a\n${bad}\nd`)).toMatchObject({
      records: [['a']],
      trouble: { line: 2, kind: 'stray-quote' },
    });
  }
});

it('begins where it is told', async () => {
  expect(await read('sep=;\na;b\nc\n', ';', 6, 2)).toMatchObject({
    records: [['a', 'b'], ['c']],
    lines: [2, 3],
  });
  expect((await read('sep=;\n"a";b\nc\n', ';', 6, 2)).lines).toEqual([2, 3]);
});

it('gives the first record alone, however the rest is damaged', async () => {
  const csv = (text: string) => ({ text, delimiter: ',', start: 0, line: 1 });
  expect(await firstRecord(csv('a,b\n"'))).toEqual(['a', 'b']);
  expect(await firstRecord(csv('"a,b",c\r\nd"d'))).toEqual(['a,b', 'c']);
  expect(await firstRecord(csv('"a'))).toEqual([]);
  expect(await firstRecord(csv(''))).toEqual(['']);
});
