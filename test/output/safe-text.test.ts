import { http, HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { safeBlock, safeJson, safeText } from '../../src/output/safe-text.ts';
import { cli } from '../helpers/cli.ts';
import { fakeProget, listGroups, listUsers } from '../helpers/proget.ts';
import { serve } from '../helpers/server.ts';

const EVIL = [
  ['a colour', '\u001b[31mred\u001b[0m', '[31mred[0m'],
  ['a title', '\u001b]0;owned\u0007x', ']0;ownedx'],
  ['a link', '\u001b]8;;https://evil.example\u001b\\x', ']8;;https://evil.example\\x'],
  ['the eight-bit introducer', '\u009b2Jx', '2Jx'],
  ['a second line', 'a\r\nb\u2028c\u2029d', 'abcd'],
  ['a backspace', 'root\b\b\b\bjane', 'rootjane'],
  ['another direction', 'a\u202eb\u202c\u2066c\u2069', 'abc'],
  ['NUL and DEL', 'a\u0000b\u007fc', 'abc'],
  ['no harm', 'Zoë \'Ω\' 山田 👩‍💻 \\ "x"', 'Zoë \'Ω\' 山田 👩‍💻 \\ "x"'],
] as const;

const UNSAFE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/; // eslint-disable-line no-control-regex -- what must not come out

describe('text from a server', () => {
  it.each(EVIL)('with %s is shown without it', (_, raw, shown) => {
    expect(safeText(raw)).toBe(shown);
  });

  it('keeps its lines where it is a block', () => {
    expect(safeBlock('a\u001b[1m\r\n\tb\nc\u0007')).toBe('a[1m\n    b\nc');
  });

  it.each(EVIL)('with %s is the same document in JSON, and harmless', (_, raw) => {
    const text = safeJson({ name: raw }, 2);
    expect(JSON.parse(text)).toEqual({ name: raw });
    expect(text).not.toMatch(UNSAFE);
  });
});

describe('names that want to do something to the terminal', () => {
  const names = EVIL.map(([, raw]) => raw);
  const shown = EVIL.map(([, , text]) => text);
  const LIST = ['security', 'groups', 'members', 'list', '--name=Developers'];

  it('are harmless in lists', async () => {
    const server = await serve(listGroups(fakeProget(names)));
    const user = cli();
    const argv = [...LIST, `--source=${server.url}`];
    expect((await user.run(argv)).stdout).toBe(`${shown.join('\n')}\n`);
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
    const shownName = 'Dev]0;xelopersx';
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
    expect(unknown.stderr).toContain('Did you mean djon[2Jes?');
    const near = await cli().run([...members, 'list', '--name=Dev]0;xelopers', at]);
    expect(near.stderr).toBe(
      `groupctl: There is no group named "Dev]0;xelopers".\nHint: Did you mean "${shownName}"?\n`,
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
