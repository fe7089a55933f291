import { describe, expect, it } from 'vitest';
import { cli } from '../../helpers/cli.ts';
import { addHandlers, fakeProget, listGroups, listUsers } from '../../helpers/proget.ts';
import { serve } from '../../helpers/server.ts';
import { ADD, at, jsonError } from '../../commands/helpers.ts';

const NFC = 'Zoe\u0301'.normalize('NFC');
const NFD = NFC.normalize('NFD');

describe('names that members add sends and compares', () => {
  it.each([
    { what: 'spaces', listed: 'John  Q. Smith', typed: 'john  q. smith' },
    { what: 'commas', listed: 'Smith, John', typed: 'smith, john' },
    { what: 'double quotes', listed: 'Jo "JJ" Smith', typed: 'jo "jj" smith' },
    { what: 'an apostrophe', listed: "O'Brien", typed: "o'brien" },
    { what: 'a backslash', listed: 'CORP\\akhan', typed: 'corp\\AKHAN' },
    { what: 'an at sign', listed: 'Ann@corp.local', typed: 'ann@CORP.local' },
    { what: 'other scripts', listed: 'Жанна 小林', typed: 'жанна 小林' },
    { what: 'an emoji', listed: 'bot 🤖', typed: 'BOT 🤖' },
    { what: 'a decomposed accent, typed composed', listed: NFD, typed: NFC },
    { what: 'a composed accent, typed decomposed', listed: NFC, typed: NFD },
    { what: 'another case of an accent', listed: 'ÉMILE', typed: 'émile' },
    { what: 'sharp s', listed: 'Straße', typed: 'STRAßE' },
    { what: 'the final sigma', listed: 'ΝΊΚΟΣ', typed: 'νίκος' },
  ])('finds a user with $what and writes the spelling of the server', async ({ listed, typed }) => {
    const server = await serve(...addHandlers(fakeProget(['djones'], [listed])));
    const argv = [...ADD, `--member=${typed}`, '--name=Developers', ...at(server)];
    const result = await cli().run(argv);
    expect(result).toEqual({ code: 0, stdout: `Added ${listed} to Developers.\n`, stderr: '' });
    expect(server.writes()).toEqual([{ name: 'Developers', users: ['djones', listed] }]);
  });

  it.each([
    { what: 'SS is not ß', listed: 'Straße', typed: 'STRASSE' },
    { what: 'i is not the dotted İ', listed: 'İpek', typed: 'ipek' },
    { what: 'a ligature is not its letters', listed: 'ﬁnn', typed: 'FINN' },
    { what: 'full width is not ASCII', listed: 'ａｎｎ', typed: 'ann' },
  ])('does not take one name for another: $what', async ({ listed, typed }) => {
    const state = fakeProget(['djones'], [listed]);
    const server = await serve(listUsers(state), listGroups(state));
    const argv = [...ADD, `--member=${typed}`, '--name=Developers', ...at(server)];
    expect((await cli().run(argv)).code).toBe(4);
    expect(server.writes()).toEqual([]);
  });

  it.each([
    [
      '--member',
      'u\ufffd1',
      'U+FFFD, which stands where a character was lost, in the name u\ufffd1',
    ],
    ['--member', 'John\u00a0Smith', 'a no-break space (U+00A0) in the name John\\u{A0}Smith'],
    ['--member', 'a\u202f\u200bb', 'a no-break space (U+202F) in the name a\\u{202F}\\u{200B}b'],
    ['--member', 'a\u200bb', 'the invisible character U+200B in the name a\\u{200B}b'],
    ['--member', 'a\u001b[2Jb', 'the control character U+001B in the name a\\u{1B}[2Jb'],
    ['--member', 'a\tb', 'a tab in the name a\\u{9}b'],
    ['--member', 'a'.repeat(5000), 'a name of 5,000 characters'],
    ['--member', 'ä'.repeat(1001), 'a name of 1,001 characters'],
    ['--identity', '\u200e1f', 'the invisible character U+200E in the name \\u{200E}1f'],
  ])('refuses what is pasted in unseen: %s=%j', async (option, typed, said) => {
    const server = await serve();
    const names = ['--member=jsmith', `${option}=${typed}`];
    const result = await cli().run([...ADD, ...names, '--name=Developers', ...at(server)]);
    expect(result).toEqual({
      code: 2,
      stdout: '',
      stderr: `groupctl: ${option}: ${said}. Type it again. Nothing was written.\n`,
    });
    const asJson = await cli().run([...ADD, ...names, '--name=QA', ...at(server), '--json']);
    expect(jsonError(asJson.stderr)).toMatchObject({ code: 'bad-name', exitCode: 2 });
    expect(server.calls()).toEqual([]);
  });

  it('takes what a spreadsheet writes for a name that was typed, and trims it', async () => {
    const server = await serve(...addHandlers(fakeProget(['djones'], ['1.16E+20', '#N/A'])));
    const names = ['--member=1.16E+20', '--member=\u00a0#N/A\u00a0'];
    const result = await cli().run([...ADD, ...names, '--name=Developers', ...at(server)]);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(server.writes()).toEqual([
      { name: 'Developers', users: ['djones', '1.16E+20', '#N/A'] },
    ]);
  });

  it('names a long name in short', async () => {
    const state = fakeProget(['djones']);
    const server = await serve(listUsers(state), listGroups(state));
    const names = [`--member=${'a'.repeat(1000)}`, `--member=${'b'.repeat(900)}`];
    const result = await cli().run([...ADD, ...names, '--name=Developers', ...at(server)]);
    const [a, b] = ['a', 'b'].map((each) => `${each.repeat(59)}…`);
    expect(result).toMatchObject({
      code: 4,
      stdout: [
        `There is no user named "${a ?? ''}".`,
        `There is no user named "${b ?? ''}".`,
        'Developers: 2 not found.',
        '',
      ].join('\n'),
    });
    expect(result.stderr.split('\n')[0]).toBe(
      `groupctl: Nothing was written to Developers: 2 of 2 names are unknown: ${a ?? ''}, ${b ?? ''}.`,
    );
  });

  it('takes a name once however it is written', async () => {
    const server = await serve(...addHandlers(fakeProget([], [NFC])));
    const names = [NFC, NFD, NFC.toUpperCase(), ` ${NFC} `].map((name) => `--member=${name}`);
    const result = await cli().run([...ADD, ...names, '--name=Developers', ...at(server)]);
    expect(result.stdout).toBe(`Added ${NFC} to Developers.\n`);
    expect(server.writes()).toEqual([{ name: 'Developers', users: [NFC] }]);
  });

  it('keeps twins that differ in case, duplicates and their order', async () => {
    const members = ['DJones', 'zed', 'djones', 'zed'];
    const server = await serve(...addHandlers(fakeProget(members)));
    const argv = [...ADD, '--member=jsmith', '--name=Developers', ...at(server)];
    expect((await cli().run(argv)).code).toBe(0);
    expect(server.writes()).toEqual([{ name: 'Developers', users: [...members, 'jsmith'] }]);
  });

  it('sends properties that it does not know back as they were read', async () => {
    const state = fakeProget();
    const unknown = { id: 7, tags: ['a', null], nested: { x: 1.5, 'ü "q"': true }, none: null };
    state.groups = [{ ...unknown, name: 'Developers', users: ['djones'] }];
    const server = await serve(...addHandlers(state));
    const argv = [...ADD, '--member=jsmith', '--name=Developers', ...at(server)];
    expect((await cli().run(argv)).code).toBe(0);
    expect(server.writes()).toEqual([
      { ...unknown, name: 'Developers', users: ['djones', 'jsmith'] },
    ]);
  });

  it('finds a group by its composed name and writes the spelling of the server', async () => {
    const state = fakeProget();
    state.groups[0] = { name: `QA "${NFD}", \\x`, users: [] };
    const server = await serve(...addHandlers(state));
    const argv = [...ADD, '--member=jsmith', `--name=qa "${NFC}", \\X`, ...at(server)];
    const result = await cli().run(argv);
    expect(result.stdout).toBe(`Added jsmith to QA "${NFD}", \\x.\n`);
    expect(server.writes()).toEqual([{ name: `QA "${NFD}", \\x`, users: ['jsmith'] }]);
  });

  it('takes the exact spelling of an ambiguous name, and refuses any other with all of them', async () => {
    const state = fakeProget(['djones'], ['MLee', 'mlee']);
    const server = await serve(...addHandlers(state));
    const add = (name: string): string[] => [...ADD, `--member=${name}`, '--name=Developers'];
    const refused = await cli().run([...add('MLEE'), ...at(server)]);
    expect(refused).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'groupctl: "MLEE" can mean MLee or mlee. Nothing was written.\nHint: Type the name exactly as the server spells it.\n',
    });
    const json = await cli().run([...add('MLEE'), '--json', ...at(server)]);
    expect(jsonError(json.stderr)).toMatchObject({
      code: 'ambiguous-member',
      exitCode: 2,
      details: { member: 'MLEE', candidates: ['MLee', 'mlee'] },
    });
    expect(server.writes()).toEqual([]);
    expect((await cli().run([...add('mlee'), ...at(server)])).code).toBe(0);
    expect(server.writes()).toEqual([{ name: 'Developers', users: ['djones', 'mlee'] }]);
  });

  it('refuses a name that two members of the group could be', async () => {
    const state = fakeProget(['DJones', 'djones']);
    state.users = [];
    const server = await serve(listGroups(state));
    const argv = [...ADD, '--member=DJONES', '--name=Developers', '--no-user-check', ...at(server)];
    expect(await cli().run(argv)).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'groupctl: "DJONES" can mean "DJones" or "djones". Nothing was written.\nHint: Type the name exactly as the server spells it.\n',
    });
  });

  it.each([{ what: 'twins', groups: ['Developers', 'DEVELOPERS'], typed: 'developers' }])(
    'refuses a group name that can mean two groups: $what',
    async ({ groups, typed }) => {
      const state = fakeProget();
      state.groups = groups.map((name) => ({ name, users: [] }));
      const server = await serve(listUsers(state), listGroups(state));
      const argv = [...ADD, '--member=jsmith', `--name=${typed}`, ...at(server)];
      expect(await cli().run(argv)).toEqual({
        code: 2,
        stdout: '',
        stderr: `groupctl: "${typed}" can mean "${groups[0]}" or "${groups[1]}".\nHint: Type the name exactly as the server spells it.\n`,
      });
      expect(server.writes()).toEqual([]);
    },
  );

  it('refuses a group name that two groups have', async () => {
    const state = fakeProget();
    state.groups = ['QA', 'QA'].map((name) => ({ name, users: [] }));
    const server = await serve(listUsers(state), listGroups(state));
    expect(await cli().run([...ADD, '--member=jsmith', '--name=QA', ...at(server)])).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'groupctl: There are 2 groups named "QA".\nHint: Rename or delete one of them on the server: by this name groupctl cannot choose.\n',
    });
    expect(server.writes()).toEqual([]);
  });

  it('takes the exact spelling of one of two groups', async () => {
    const state = fakeProget();
    state.groups.push({ name: 'DEVELOPERS', users: [] });
    const server = await serve(...addHandlers(state));
    const argv = [...ADD, '--member=jsmith', '--name=DEVELOPERS', ...at(server)];
    expect((await cli().run(argv)).code).toBe(0);
    expect(server.writes()).toEqual([{ name: 'DEVELOPERS', users: ['jsmith'] }]);
  });

  it('adds one to 10,000 and 10,000 to one', async () => {
    const many = Array.from({ length: 10_000 }, (_, n) => `user-${n}`);
    const state = fakeProget(many, []);
    state.groups.push({ name: 'QA', users: ['djones'] });
    const server = await serve(...addHandlers(state));
    const one = [...ADD, '--member=jsmith', '--name=Developers', ...at(server)];
    expect((await cli().run(one)).stdout).toBe('Added jsmith to Developers.\n');
    const all = many.map((name) => `--member=${name.toUpperCase()}`);
    const result = await cli().run([...ADD, ...all, '--name=QA', ...at(server)]);
    expect(result.code).toBe(0);
    expect(result.stdout.split('\n').slice(-3)).toEqual([
      'Added user-9999 to QA.',
      'QA: 10000 added.',
      '',
    ]);
    expect(server.writes()).toEqual([
      { name: 'Developers', users: [...many, 'jsmith'] },
      { name: 'QA', users: ['djones', ...many] },
    ]);
  });
});
