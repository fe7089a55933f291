import { stringify } from 'csv-stringify/sync';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MemberOutcome } from '../../../src/domain/outcome.ts';
import { failuresText } from '../../../src/files/failures/failures-text.ts';
import { isLeftByRun } from '../../../src/files/failures/is-left-by-run.ts';
import type { MemberFile } from '../../../src/files/member-file.ts';
import { nameProblem } from '../../../src/files/name.ts';
import { listText } from '../../../src/files/read/list.ts';
import { listLines } from '../../../src/files/list-line.ts';
import { names, read } from '../helpers.ts';

/** What is written comes back, whatever the names are. */

const ODD = [
  '#',
  '"',
  '\\',
  ',',
  ';',
  '|',
  '[',
  '{',
  ' ',
  'User',
  'sep=;',
  '# format: list',
  '# format: list; rows that were not done',
  '=1+1',
  "'",
];
const name = fc
  .oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 6 }),
    fc
      .array(fc.constantFrom(...ODD), { minLength: 1, maxLength: 5 })
      .map((parts) => parts.join('')),
  )
  .map((text) => text.trim())
  .filter((text) => text !== '' && nameProblem(text) === undefined);
const someNames = fc.array(name, { minLength: 1, maxLength: 20 });

/** What is not to be seen, and therefore never printed. */
const UNSEEN = /[\u0000-\u0009\u000b-\u001f\u007f-\u00a0\u00ad\u200b-\u200f\u2028-\u202f\ufeff]/; // eslint-disable-line no-control-regex -- what must not come out
/** Names that mean something in a file of names, and parts of such. */
const TRAPS = [
  ...ODD,
  'user',
  'Login',
  'E-Mail',
  'a,b',
  'a, b',
  'a;b',
  'Group',
  'jsmith',
  '-----',
  '(2 rows)',
  'Example: x',
  '<td>',
  '| a | b |',
  'a: b',
  '- ',
  '1. ',
  '   ',
  'version:1',
  '1.16E+20',
  '#N/A',
  '\u201cx\u201d',
  '\u2500',
  '\u200b',
  '\u202e',
  '\u0000',
  '\u001b[31m',
  '\r',
  '\n',
  '\t',
  '\ufeff',
  '\ufffd',
  '\ud83d',
  '\u00a0',
  '\u0055ser',
  'x'.repeat(1200),
];
const serversName = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.array(fc.constantFrom(...TRAPS), { minLength: 1, maxLength: 3 }).map((each) => each.join('')),
  fc.constantFrom(...TRAPS),
);
const serversNames = fc.array(serversName, { minLength: 1, maxLength: 6 });
const cell = fc.oneof(name, fc.constantFrom('', 'two\nlines', 'two\r\nlines', '\r', ' x ', '""'));
const delimiter = fc.constantFrom(',', ';', '\t');
const newline = fc.constantFrom('\n', '\r\n', '\r');
const header = fc.constantFrom('User', 'MEMBER', 'e-mail, old', 'Größe "x"');

const encodings: readonly ((text: string) => Buffer)[] = [
  (text) => Buffer.from(text),
  (text) => Buffer.from(`\ufeff${text}`),
  (text) => Buffer.from(`\ufeff${text}`, 'utf16le'),
  (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
];
const encode = fc.constantFrom(...encodings);

function failed(file: MemberFile | undefined, extra: readonly string[]): MemberOutcome[] {
  const common = { op: 'add', outcome: 'failed', verified: false } as const;
  return [
    ...(file?.rows ?? []).map(({ name: requested, row, type = 'user' as const }) => ({
      ...common,
      type,
      row,
      member: requested,
      requested,
    })),
    ...extra.map((requested) => ({
      ...common,
      type: 'user' as const,
      member: requested,
      requested,
      error: { kind: 'server', code: 'x', message: `No, "${requested}";\n#\tno` } as const,
    })),
  ];
}

async function isLeft(text: string): Promise<boolean> {
  return await isLeftByRun(text.replace(/^\ufeff/, ''), true);
}

describe('names come back', () => {
  it('from CSV files, and from the failures of those', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(cell, name, cell), { minLength: 1, maxLength: 20 }),
        header,
        delimiter,
        newline,
        encode,
        fc.array(name, { maxLength: 3 }),
        async (rows, head, by, end, bytes, extra) => {
          const table = [['Id', head, 'Team'], ...rows];
          // A writer quotes what would end a row, and blanks that have to stay.
          const quoted = { quoted_match: /[\r\n]|^\s|\s$/ };
          const text = stringify(table, { delimiter: by, record_delimiter: end, ...quoted });
          const expected = rows.map(([, each]) => each);
          const options = { column: head, keepRecords: true };
          const file = await read(bytes(text), options);
          expect(file.rows.map((row) => row.name)).toEqual(expected);
          // Each row is found on its own line.
          const again = await failuresText(file, failed(file, extra));
          expect(await isLeft(again)).toBe(true);
          expect(await names(again, options)).toEqual([...expected, ...extra]);
          const cells = (await read(again, options)).rows.map(({ record }) => record);
          rows.forEach(([id, , team], at) => {
            const blank = (text: string): string => text.trim();
            const [first, , third] = cells[at] as string[];
            expect([first!, third!].map(blank)).toEqual([id, team].map(blank));
          });
        },
      ),
      { numRuns: 300 },
    );
  });

  it('from lists, and from the failures of those', async () => {
    await fc.assert(
      fc.asyncProperty(someNames, newline, encode, async (all, end, bytes) => {
        const text = listText(
          all.map((each) => ({ name: each, reason: `x: ${each}` })),
          end,
        );
        expect(await names(bytes(text))).toEqual(all);
        const again = await failuresText(await read(bytes(text)), failed(undefined, all));
        expect(await isLeft(again)).toBe(true);
        expect(await names(again)).toEqual(all);
      }),
      { numRuns: 300 },
    );
  });

  it('from what members list prints, whatever a server calls its members', async () => {
    await fc.assert(
      fc.asyncProperty(serversNames, encode, async (all, bytes) => {
        const text = listLines(all)
          .map((line) => `${line}\n`)
          .join('');
        expect(text).not.toMatch(UNSEEN);
        expect(await names(bytes(text))).toEqual(all);
      }),
      { numRuns: 3000 },
    );
  });

  it('from JSON, and from the failures of that', async () => {
    await fc.assert(
      fc.asyncProperty(
        someNames,
        fc.constantFrom(undefined, 2),
        fc.dictionary(fc.string(), fc.jsonValue()),
        encode,
        async (all, indent, more, bytes) => {
          const elements = all.map((each, at) =>
            at % 2 === 0 ? each : { ...more, member: each, type: null },
          );
          for (const key of Object.keys(more)) {
            if (/^\s*(?:member|type|outcome|error)\s*$/i.test(key)) return;
          }
          const text = JSON.stringify(elements, null, indent);
          const file = await read(bytes(text), { keepRecords: true });
          expect(file.rows.map((row) => row.name)).toEqual(all);
          if (indent === undefined)
            expect(new Set(file.rows.map(({ row }) => row.line))).toEqual(new Set([1]));
          else {
            const starts = text
              .split('\n')
              .flatMap((line, at) => (/^ {2}["{]/.test(line) ? [at + 1] : []));
            expect(file.rows.map(({ row }) => row.line)).toEqual(starts);
          }
          const again = await failuresText(file, failed(file, all));
          expect(await isLeft(again)).toBe(true);
          expect(await names(again)).toEqual([...all, ...all]);
        },
      ),
      { numRuns: 300 },
    );
  });
});

/** A line that is a whole JSON string is a name, with all of its characters. */
function quotedNames(content: Buffer): Set<unknown> {
  const lines = content.toString().split(/\r\n|\n|\r/);
  return new Set(
    lines.map((line) => {
      try {
        return JSON.parse(line) as unknown;
      } catch {
        return undefined;
      }
    }),
  );
}

describe('any bytes', () => {
  it('are read, or refused with exit 2', async () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'User',
        '"',
        ',',
        ';',
        '\n',
        '\r\n',
        '#',
        '[',
        '{',
        '}',
        ']',
        ':',
        'sep=',
        '\t',
        ' ',
      ),
      fc.string({ maxLength: 3 }),
    );
    const bytes = fc.oneof(
      fc.array(piece, { maxLength: 40 }).map((parts) => Buffer.from(parts.join(''))),
      fc.uint8Array({ maxLength: 40 }).map((each) => Buffer.from(each)),
    );
    await fc.assert(
      fc.asyncProperty(
        bytes,
        fc.constantFrom(undefined, 'csv', 'list', 'json'),
        async (content, format) => {
          const options = format === undefined ? {} : { format: format as 'csv' };
          const result = await read(content, options).catch((error: unknown) => error);
          if (result instanceof Error) expect(result).toMatchObject({ kind: 'usage', exitCode: 2 });
          else {
            const { rows } = result as MemberFile;
            expect(rows.length).toBeGreaterThan(0);
            const quoted = quotedNames(content);
            for (const { name } of rows) {
              if (!quoted.has(name)) expect(nameProblem(name)).toBeUndefined();
            }
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});
