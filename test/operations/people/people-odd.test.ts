import { describe, expect, it } from 'vitest';
import { cli } from '../../helpers/cli.ts';
import { addHandlers, fakeProget, listGroups } from '../../helpers/proget.ts';
import { serve } from '../../helpers/server.ts';
import { jsonError, MEMBERS } from '../../commands/helpers.ts';
import { addSource, mapFile } from './offboard/stage.ts';

/** people.csv as spreadsheets write it, and what is none. */

const FROM = ['jsmith', 'jsmith ', 'lchen'];

/** Copies QA of one server to that of another, by this map. */
async function copy(map: string): Promise<{ code: number; stderr: string; members: string[] }> {
  const user = cli();
  const from = fakeProget();
  from.groups = [{ name: 'QA', users: [...FROM] }];
  const to = fakeProget([], ['john.smith', 'service', 'li.chen', 'li.chen ']);
  to.groups = [{ name: 'QA', users: [] }];
  // A file that cannot be used is refused before either server is asked.
  const handlers = [listGroups(from), ...addHandlers(to)];
  for (const handler of handlers) handler.isUsed = true;
  await addSource(user, 'one', (await serve(handlers[0]!)).url);
  await addSource(user, 'two', (await serve(...handlers.slice(1))).url);
  const argv = ['copy', '--from=one', '--to=two', '--name=QA', `--map=${mapFile(map)}`, '--json'];
  const { code, stderr } = await user.run([...MEMBERS, ...argv]);
  return { code, stderr, members: to.groups[0]!.users ?? [] };
}

const ROWS = ['jsmith;john.smith', '"jsmith ";service', 'lchen;li.chen'];

describe('people.csv', () => {
  it.each([
    ['with a byte order mark and semicolons', `\ufeffone;two\r\n${ROWS.join('\r\n')}\r\n`],
    ['that names its delimiter', `sep=;\r\none;two\r\n${ROWS.join('\r\n')}\r\n`],
    ['with blank lines above the header', `\n\none;two\n${ROWS.join('\n')}\n`],
    ['with a character in its header that cannot be seen', `\u200bone;two\n${ROWS.join('\n')}\n`],
    ['with a comment above the header', `# who is who, 2026\none;two\n${ROWS.join('\n')}\n`],
    ['with a title above the header', `People, 2026;;\n\none;two\n${ROWS.join('\n')}\n`],
    [
      'with two columns of a source that agree',
      `one;from;two\njsmith;jsmith;john.smith\n"jsmith ";"jsmith ";service\nlchen;lchen;li.chen\n`,
    ],
    ['with empty cells at the end', `one;two\n${ROWS.join(';;\n')};;\n`],
  ])('is read %s', async (_, text) => {
    expect(await copy(text)).toMatchObject({
      code: 0,
      members: ['john.smith', 'service', 'li.chen'],
    });
  });

  it.each([
    ['from,to,one,two\njsmith,john.smith,jsmith,service\n', 'two', 'to'],
    ['from,one,two\nlchen,jsmith,john.smith\n', 'one', 'from'],
  ])('is refused where two columns of a source differ: %j', async (text, own, role) => {
    const result = await copy(text);
    expect(result).toMatchObject({ code: 2, members: [] });
    expect(jsonError(result.stderr)).toMatchObject({
      code: 'ambiguous-column',
      message: expect.stringContaining(
        `line 2: the columns "${own}" and "${role}" are about the same source, and differ.`,
      ) as string,
      hint: 'Delete or rename one of them.',
      nothingWritten: true,
    });
  });

  it('has a name with blanks around it in quotes, on either side', async () => {
    const rows = [ROWS[0], ROWS[1], ' lchen ;"li.chen "'];
    const { code, members } = await copy(`one;two\n${rows.join('\n')}\n`);
    expect({ code, members }).toEqual({ code: 0, members: ['john.smith', 'service', 'li.chen '] });
  });

  it.each([
    ['one,two\n---,---\njsmith,john.smith\n', 'not-names', 2],
    ['one,two\n\u201cjsmith\u201d,john.smith\n', 'bad-name', 2],
    ['one,two\nJos\u251c\u00ae,john.smith\n', 'bad-name', 2],
  ])('is refused where it holds what is no name: %j', async (text, code, line) => {
    const result = await copy(text);
    expect(result).toMatchObject({ code: 2, members: [] });
    expect(jsonError(result.stderr)).toMatchObject({ code, details: { line } });
  });
});
