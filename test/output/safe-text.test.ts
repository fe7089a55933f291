import { http, HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { safeBlock, safeJson, safeText } from '../../src/output/safe-text.ts';
import { cli } from '../helpers/cli.ts';
import { fakeProget, listGroups, listUsers } from '../helpers/proget.ts';
import { serve } from '../helpers/server.ts';

const EVIL = [
  ['a colour', '\u001b[31mred\u001b[0m', '\\u{1B}[31mred\\u{1B}[0m'],
  ['a title', '\u001b]0;owned\u0007x', '\\u{1B}]0;owned\\u{7}x'],
  [
    'a link',
    '\u001b]8;;https://evil.example\u001b\\x',
    '\\u{1B}]8;;https://evil.example\\u{1B}\\x',
  ],
  ['the eight-bit introducer', '\u009b2Jx', '\\u{9B}2Jx'],
  ['a second line', 'a\r\nb\u2028c\u2029d', 'a\\u{D}\\u{A}b\\u{2028}c\\u{2029}d'],
  ['a backspace', 'root\bjane', 'root\\u{8}jane'],
  ['another direction', 'a\u202eb\u202c\u2066c\u2069', 'a\\u{202E}b\\u{202C}\\u{2066}c\\u{2069}'],
  ['a mark of direction', 'a\u061cb\u200fc', 'a\\u{61C}b\\u{200F}c'],
  ['NUL and DEL', 'a\u0000b\u007fc', 'a\\u{0}b\\u{7F}c'],
  [
    'characters without width',
    'a\u200bb\u200dc\u00add\ufeffe',
    'a\\u{200B}b\\u{200D}c\\u{AD}d\\u{FEFF}e',
  ],
  ['a tag', 'a\u{e0041}b', 'a\\u{E0041}b'],
  ['half of a pair', 'a\ud83db', 'a\\u{D83D}b'],
  ['another kind of space', 'a\u00a0b\u2007c', 'a\\u{A0}b\\u{2007}c'],
  ['the blank pattern of Braille, and a filler', 'a\u2800b\u3164c', 'a\\u{2800}b\\u{3164}c'],
  ['what such an escape looks like', 'a\\u{200B}b', 'a\\u{5C}u{200B}b'],
  [
    'no harm',
    'Zoë \'Ω\' 山田　太郎 👩 CORP\\ulrike "x"',
    'Zoë \'Ω\' 山田　太郎 👩 CORP\\ulrike "x"',
  ],
] as const;

const UNSAFE =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u00a0\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/; // eslint-disable-line no-control-regex -- what must not come out

describe('text from a server', () => {
  it.each(EVIL)('with %s is shown so that it can be seen', (_, raw, shown) => {
    expect(safeText(raw)).toBe(shown);
  });

  it('keeps its lines where it is a block', () => {
    expect(safeBlock('a\u001b[1m\r\n\tb\nc\u0007')).toBe('a\\u{1B}[1m\n    b\nc\\u{7}');
  });

  it.each(EVIL)('with %s is the same document in JSON, and harmless', (_, raw) => {
    const text = safeJson({ name: raw }, 2);
    expect(JSON.parse(text)).toEqual({ name: raw });
    expect(text).not.toMatch(UNSAFE);
  });
});

describe('names that want to do something to the terminal', () => {
  const names = EVIL.map(([, raw]) => raw);
  const LIST = ['security', 'groups', 'members', 'list', '--name=Developers'];

  it('are harmless in lists', async () => {
    const server = await serve(listGroups(fakeProget(names)));
    const user = cli();
    const argv = [...LIST, `--source=${server.url}`];
    for (const tty of [true, false]) {
      const { stdout } = await user.run([...argv, '--no-color'], { tty });
      expect(stdout).not.toMatch(UNSAFE);
      const lines = stdout.split('\n').slice(0, names.length);
      const read = lines.map((line) =>
        line.startsWith('"') ? (JSON.parse(line) as string) : line,
      );
      expect(read).toEqual(names);
    }
    for (const tty of [true, false]) {
      const { stdout } = await user.run([...argv, '--json'], { tty });
      expect((JSON.parse(stdout) as { member: string }[]).map(({ member }) => member)).toEqual(
        names,
      );
      expect(stdout).not.toMatch(UNSAFE);
    }
    expect((await user.run([...argv, '--output=csv'], { tty: true })).stdout).not.toMatch(UNSAFE);
    // Off a terminal a name in CSV has to come back as it is.
    expect((await user.run([...argv, '--output=csv'])).stdout).toContain('\u001b[31mred\u001b[0m');
  });

  it('are harmless in results, errors and hints', async () => {
    const name = 'Dev\u001b]0;x\u0007elopers\nx';
    const state = { groups: [{ name, users: ['djones'] }], users: [{ name: 'djon\u001b[2Jes' }] };
    const server = await serve(listUsers(state), listGroups(state));
    const at = `--source=${server.url}`;
    const members = ['security', 'groups', 'members'];
    const shownName = 'Dev\\u{1B}]0;x\\u{7}elopers\\u{A}x';
    const add = await cli().run([
      ...members,
      'add',
      `--name=${name}`,
      '--member=djones',
      at,
      '--no-user-check',
    ]);
    expect(add.stdout).toBe(`djones is already a member of ${shownName}; nothing to do.\n`);
    const unknown = await cli().run([...members, 'add', `--name=${name}`, '--member=djon[2Je', at]);
    expect(unknown.code).toBe(4);
    expect(unknown.stderr).toContain('Did you mean djon\\u{1B}[2Jes?');
    const near = await cli().run([...members, 'list', '--name=Dev]0;xelopers', at]);
    expect(near.stderr).toBe(
      `groupctl: There is no group named "Dev]0;xelopers".\nHint: Did you mean ${shownName}?\n`,
    );
    for (const { stdout, stderr } of [add, unknown, near])
      expect(stdout + stderr).not.toMatch(UNSAFE);
  });

  it('are harmless in what a server says', async () => {
    const body = 'no\u001b]0;owned\u0007pe\u001b[2J\nat \u009b31mline 2';
    const server = await serve(
      http.get('*/groups/list', () =>
        HttpResponse.text(body, { status: 500, headers: { 'x-request-id': 'id-1' } }),
      ),
    );
    for (const extra of [[], ['--verbose'], ['--json'], ['--verbose', '--json'], ['--show-body']]) {
      const { code, stderr } = await cli().run([
        'security',
        'groups',
        'list',
        `--source=${server.url}`,
        ...extra,
      ]);
      expect(code).toBe(1);
      expect(stderr).toContain('owned');
      expect(stderr).not.toMatch(UNSAFE);
    }
  });
});
