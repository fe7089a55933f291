import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fail, FakeInfisical, TOKEN, writes } from '../../backends/infisical/fake.ts';
import { type Cli, cli, temporaryFolder } from '../../helpers/cli.ts';
import {
  addHandlers,
  fakeProget,
  type FakeProget,
  listGroups,
  listUsers,
} from '../../helpers/proget.ts';
import { serve, type TestServer } from '../../helpers/server.ts';
import { jsonError, MEMBERS } from '../../commands/helpers.ts';
import { addSource, Company, OFFBOARD, withoutRuns, writesOf } from './offboard/stage.ts';

/** people.csv against servers that tell two spellings apart, and files that are damaged. */

const COPY = [...MEMBERS, 'copy'];
const [LOWER, UPPER, OTHER] = ['dup@corp.com', 'DUP@corp.com', 'mlee@corp.com'] as const;

function csv(text: string): string {
  const path = join(temporaryFolder(), 'people.csv');
  writeFileSync(path, text);
  return path;
}

/** An Infisical with these accounts, in a group QA of three. */
async function infisical(user: Cli, name: string, accounts: readonly string[]) {
  const fake = new FakeInfisical();
  for (const username of [...accounts, OTHER, 'a@corp.com']) fake.addUsers(1, () => ({ username }));
  fake.addGroup('QA', [...accounts, OTHER, 'a@corp.com']);
  const { url } = await serve(fake.handler());
  await addSource(user, name, url, '--kind=infisical', `--api-key=${TOKEN}`, '--self=groupctl');
  return fake;
}

async function proget(user: Cli, name: string, ...people: string[]): Promise<FakeProget> {
  const state = fakeProget([], people);
  state.groups = [{ name: 'QA', users: [] }];
  await addSource(user, name, (await serve(...addHandlers(state))).url);
  return state;
}

describe('copy by name from a server that tells spellings apart', () => {
  it('lists the second of two people who would be one, and adds the rest with --skip-unknown', async () => {
    const user = cli();
    await infisical(user, 'inf', [LOWER, UPPER]);
    const state = await proget(user, 'pg', LOWER, OTHER, 'a@corp.com');
    const failures = join(temporaryFolder(), 'failed.txt');
    const argv = [...COPY, '--from=inf', '--to=pg', '--name=QA', `--failures=${failures}`];
    const stopped = await user.run(argv);
    expect(stopped.code).toBe(4);
    expect(stopped.stderr).toContain(
      `${UPPER} would be ${LOWER} on pg, as ${LOWER} is.\nHint: The rows`,
    );
    expect(stopped.stderr).toContain(
      'To copy the others, use --skip-unknown. To match accounts of other names, use --map.\n',
    );
    expect(state.groups[0]?.users).toEqual([]);
    // Names of the one server are no names for the other.
    expect(readFileSync(failures, 'utf8')).not.toContain(UPPER);
    const rest = await user.run([...argv, '--skip-unknown', '--json']);
    expect(rest.code).toBe(7);
    expect(JSON.parse(rest.stdout)).toMatchObject({ summary: { added: 3, noSuchUser: 1 } });
    expect([...(state.groups[0]?.users ?? [])].sort()).toEqual(['a@corp.com', LOWER, OTHER]);
  });

  it('tells two groups of one server by what they are, not by how they are typed', async () => {
    const user = cli();
    const fake = await infisical(user, 'inf', [LOWER]);
    fake.addGroup('Team', [], 'QA2');
    fake.addGroup('qa2', [OTHER], 'other');
    const argv = [...COPY, '--from=inf', '--to=inf'];
    const copied = await user.run([...argv, '--name=qa2', '--to-name=QA2']);
    expect(copied).toMatchObject({ code: 0, stdout: `Added ${OTHER} to Team.\n` });
    const itself = await user.run([...argv, '--name=qa2', '--to-name=other']);
    expect(itself.code).toBe(2);
    expect(itself.stderr).toContain('Source and target are the same group.');
  });

  it('names the server that does not know a name, and the map that helps', async () => {
    const user = cli();
    await infisical(user, 'inf', [LOWER]);
    const state = { groups: [{ name: 'QA', users: [] }], users: [{ name: 'ann' }] };
    await addSource(user, 'pg', (await serve(listGroups(state), listUsers(state))).url);
    const result = await user.run([...COPY, '--from=inf', '--to=pg', '--name=QA']);
    expect(result.code).toBe(4);
    expect(result.stderr).toMatch(/^groupctl: pg: Nothing was written to QA: /);
    expect(result.stderr).toContain('To match accounts of other names, use --map.');
  });
});

describe('copy --map from a server that tells spellings apart', () => {
  it('goes by the row of each account', async () => {
    const user = cli();
    await infisical(user, 'inf', [LOWER, UPPER]);
    const state = await proget(user, 'pg', 'small', 'large', 'mlee', 'ann');
    const map = csv(
      `inf,pg\n${UPPER},large\n${LOWER},small\n${OTHER.toUpperCase()},mlee\na@corp.com,ann\n`,
    );
    const result = await user.run([...COPY, '--from=inf', '--to=pg', '--name=QA', `--map=${map}`]);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    // Whoever has no twin is found in any case.
    expect([...(state.groups[0]?.users ?? [])].sort()).toEqual(['ann', 'large', 'mlee', 'small']);
  });

  it('does not take the row of one for the other', async () => {
    const user = cli();
    const fake = await infisical(user, 'inf', [LOWER, UPPER]);
    // The account that the row names is in no group.
    fake.groups[0]!.members = fake.groups[0]!.members.slice(1, 2);
    const state = { groups: [{ name: 'QA', users: [] }], users: [] };
    const server = await serve(listGroups(state), listUsers(state));
    await addSource(user, 'pg', server.url);
    const map = csv(`inf,pg\n${LOWER},small\n`);
    const argv = [...COPY, '--from=inf', '--to=pg', '--name=QA', `--map=${map}`, '--json'];
    const result = await user.run(argv);
    expect(result.code).toBe(4);
    expect(jsonError(result.stderr)).toMatchObject({
      code: 'no-counterpart',
      message: `${UPPER} has no name on pg in ${map}.`,
    });
    expect(server.writes()).toEqual([]);
  });

  it('refuses two rows that name one account', async () => {
    const user = cli();
    await infisical(user, 'inf', [LOWER]);
    await addSource(user, 'pg', 'http://127.0.0.1:9/');
    const map = csv(`inf,pg\n${LOWER.replace('d', 'D')},a\n${LOWER.replace('u', 'U')},b\n`);
    const argv = [...COPY, '--from=inf', '--to=pg', '--name=QA', `--map=${map}`, '--json'];
    const result = await user.run(argv);
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(jsonError(result.stderr)).toMatchObject({
      code: 'bad-row',
      message: `${map}, line 3: dUp@corp.com has a row already (line 2).`,
    });
  });
});

describe('copy --map to one account twice', () => {
  const BOTH = ['--from=old', '--to=new', '--name=Developers', '--json'];

  it.each([
    ['jsmith', 'jsmith'],
    ['JSmith', 'jsmith'],
  ])('is refused, with both lines: %s, %s', async (one, two) => {
    const user = cli();
    await addSource(user, 'old', (await serve(listGroups(fakeProget(['x', 'y'])))).url);
    await addSource(user, 'new', (await serve()).url);
    const map = csv(`old,new\nx,${one}\ny,${two}\n`);
    const result = await user.run([...COPY, ...BOTH, `--map=${map}`]);
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(jsonError(result.stderr)).toMatchObject({
      code: 'bad-row',
      message: `${map}, line 3: ${two} has a row already (line 2).`,
      hint: 'Each person takes one.',
    });
  });

  it('is refused where only the server knows that it is one', async () => {
    const user = cli();
    await addSource(user, 'old', (await serve(listGroups(fakeProget(['x', 'y'])))).url);
    const fake = await infisical(user, 'new', [UPPER]);
    for (const row of [`x,${LOWER}\ny,${UPPER}`, `x,${UPPER}\ny,${LOWER}`]) {
      const map = csv(`old,new\n${row}\n`);
      const result = await user.run([...COPY, ...BOTH, '--to-name=QA', `--map=${map}`]);
      expect(result).toMatchObject({ code: 2, stdout: '' });
      expect(jsonError(result.stderr)).toMatchObject({
        code: 'bad-row',
        message: `${map}, line 3: ${LOWER} has a row already (line 2).`,
      });
    }
    expect(writes(fake)).toEqual([]);
  });
});

describe('offboard --map on a server that tells spellings apart', () => {
  async function stage(accounts: readonly string[]) {
    const user = cli();
    const company = new Company();
    const server = await company.serve();
    await addSource(user, 'pg', server.url);
    const fake = await infisical(user, 'inf', accounts);
    const run = (member: string, map: string) =>
      user.run([...OFFBOARD, `--member=${member}`, '--all-sources', `--map=${map}`, '--yes']);
    return { user, company, server, fake, run };
  }

  it('goes by the row of each account', async () => {
    const { company, fake, run } = await stage([LOWER, UPPER]);
    const map = csv(`pg,inf\nmbrown,${LOWER}\ndjones,${UPPER}\n`);
    const result = await run(UPPER, map);
    expect(result.code).toBe(0);
    expect(withoutRuns(result.stdout)).toContain(
      `[pg] Removed djones from QA (run RUN).\n[inf] Removed ${UPPER} from QA (run RUN).\n`,
    );
    expect(company.members('Developers')).toContain('mbrown');
    expect(fake.membersOf('QA')).toEqual([LOWER, OTHER, 'a@corp.com']);
  });

  it.each([
    ['it has no row', UPPER, [LOWER, UPPER], 'mbrown,dup@corp.com', 'has no row with'],
    ['it is gone', 'djones', [UPPER], 'djones,dup@corp.com\nx,DUP@corp.com', 'There is no user'],
  ])('does not take one for the other: %s', async (_, member, accounts, rows, said) => {
    const { server, fake, run } = await stage(accounts);
    const result = await run(member, csv(`pg,inf\n${rows}\n`));
    expect(result).toMatchObject({ code: 4, stdout: '' });
    expect(result.stderr).toContain(said);
    expect([...writesOf(server), ...writes(fake)]).toEqual([]);
  });

  it('finds whoever has no twin in any case', async () => {
    const { fake, run } = await stage([LOWER]);
    expect((await run(UPPER, csv(`pg,inf\ndjones,${LOWER}\n`))).code).toBe(0);
    expect(fake.membersOf('QA')).toEqual([OTHER, 'a@corp.com']);
  });

  it('asks the other source, too, where only one is chosen', async () => {
    const { user, server, fake } = await stage([LOWER, UPPER]);
    const map = csv(`pg,inf\ndjones,${LOWER}\n`);
    const who = [...OFFBOARD, `--member=${UPPER}`, '--source=pg', `--map=${map}`, '--yes'];
    expect((await user.run(who)).code).toBe(4);
    expect([...writesOf(server), ...writes(fake)]).toEqual([]);
    const exact = [...OFFBOARD, `--member=${LOWER}`, '--source=pg', `--map=${map}`, '--yes'];
    expect((await user.run(exact)).code).toBe(0);
  });

  it('does nothing at all where a name in the row can mean two', async () => {
    const { server, fake, run } = await stage([LOWER, UPPER]);
    const map = csv('pg,inf\ndjones,Dup@corp.com\n');
    const result = await run('djones', map);
    expect(result).toEqual({
      code: 2,
      stdout: '',
      stderr: `groupctl: inf: ${map}, line 2: "Dup@corp.com" can mean ${LOWER} or ${UPPER}. Nothing was written.\nHint: Type the name exactly as the server spells it.\n`,
    });
    expect([...writesOf(server), ...writes(fake)]).toEqual([]);
  });

  it('does nothing where a spelling cannot be asked about', async () => {
    const { server, fake, run } = await stage([LOWER]);
    fake.intercept = () => fail(403, 'PermissionDenied', 'no');
    const result = await run(UPPER, csv(`pg,inf\ndjones,${LOWER}\n`));
    expect(result).toMatchObject({ code: 3, stdout: '' });
    expect(result.stderr).toMatch(
      /^groupctl: It is not known whether DUP@corp.com is somebody else on inf: .+ Nothing was written\.\nHint: Type the name exactly as the file has it\.\n/,
    );
    expect(writesOf(server)).toEqual([]);
  });

  it('goes on where a source says something else', async () => {
    const { fake, run } = await stage([LOWER]);
    fake.intercept = () => fail(403, 'PermissionDenied', 'no');
    expect((await run('djones', csv(`pg,inf\ndjones,${LOWER}\n`))).code).toBe(7);
  });
});

describe('people.csv and two accounts of ProGet that differ in Unicode form', () => {
  const [NFC, NFD] = ['Jos\u00e9', 'Jose\u0301'];

  async function twins(user: Cli, listed: readonly string[] = [NFC, NFD]) {
    const company = new Company();
    company.groups = [{ name: 'QA', users: [...listed, 'z'] }];
    company.users = [...listed, 'z'].map((name) => ({ name }));
    const server = await company.serve();
    await addSource(user, 'pg', server.url);
    return { company, server };
  }

  it('copy goes by the row of each, and takes the row of one for no other', async () => {
    const user = cli();
    await twins(user);
    const state = await proget(user, 'new', 'one', 'two', 'z');
    const argv = [...COPY, '--from=pg', '--to=new', '--name=QA', '--skip-unknown'];
    const other = csv(`pg,new\n${NFC},one\nz,z\n`);
    const skipped = await user.run([...argv, `--map=${other}`]);
    expect(skipped.stdout).toContain(`${NFD} has no name on new in`);
    expect(state.groups[0]?.users).toEqual(['one', 'z']);
    const both = csv(`pg,new\n${NFC},one\n${NFD},two\nz,z\n`);
    expect((await user.run([...argv, `--map=${both}`])).code).toBe(0);
    expect(state.groups[0]?.users).toEqual(['one', 'z', 'two']);
  });

  it.each([
    ['to', `old,pg\nx,${NFC}\ny,${NFD}\n`, 0],
    ['that are one account to', `old,pg\nx,z\ny,Z\n`, 2],
  ])('copy takes two rows %s the server', async (_, map, code) => {
    const user = cli();
    const { company } = await twins(user);
    company.groups[0]!.users = ['z'];
    await addSource(user, 'old', (await serve(listGroups(fakeProget(['x', 'y'])))).url);
    const argv = [...COPY, '--from=old', '--to=pg', '--name=Developers', '--to-name=QA'];
    expect((await user.run([...argv, `--map=${csv(map)}`])).code).toBe(code);
    expect(company.members('QA')).toEqual(code === 0 ? ['z', NFC, NFD] : ['z']);
  });

  it('offboard takes the row of one for no other', async () => {
    const user = cli();
    const { company, server } = await twins(user);
    const argv = [...OFFBOARD, `--member=${NFD}`, '--all-sources', '--yes'];
    const result = await user.run([...argv, `--map=${csv(`pg\n${NFC}\n`)}`]);
    expect(result).toMatchObject({ code: 4, stdout: '' });
    expect(writesOf(server)).toEqual([]);
    expect((await user.run([...argv, `--map=${csv(`pg\n${NFC}\n${NFD}\n`)}`])).code).toBe(0);
    expect(company.members('QA')).toEqual([NFC, 'z']);
  });

  it('offboard leaves the account of another row alone where that of its row is gone', async () => {
    const user = cli();
    const { server } = await twins(user, [NFC]);
    const map = csv(`pg,Name\n${NFD},one\n${NFC},two\n`);
    const argv = [...OFFBOARD, `--member=${NFD}`, '--source=pg', `--map=${map}`, '--yes'];
    const result = await user.run(argv);
    expect(result.code).not.toBe(0);
    expect(writesOf(server)).toEqual([]);
  });
});

describe('a damaged people.csv', () => {
  const CASES: [string, string, string, string][] = [
    ['two columns', 'old,old,new\nx,y,z\n', 'bad-header', ', line 1: two columns are called old.'],
    [
      'in any case',
      '\nold,OLD,new\nx,y,z\n',
      'bad-header',
      ', line 2: two columns are called old.',
    ],
    [
      'an error of a spreadsheet',
      'old,new\nx,#N/A\n',
      'spreadsheet-damage',
      ", line 2: #N/A is a spreadsheet's word for an error.",
    ],
    [
      'several',
      'old,new\n1.16E+20,y\na\u0007b,z\n',
      'bad-row',
      ' has 2 bad rows: line 2: 1.16E+20 is what a spreadsheet makes of a long number; line 3: the control character U+0007 in the name a\u0007b.',
    ],
  ];

  async function sources(user: Cli): Promise<readonly TestServer[]> {
    const servers = [await new Company().serve(), await new Company().serve()];
    for (const [at, name] of ['old', 'new'].entries()) {
      await addSource(user, name, servers[at]!.url);
    }
    return servers;
  }

  it.each(CASES)('is refused before anything is asked: %s', async (_, text, code, said) => {
    const user = cli();
    const servers = await sources(user);
    const map = csv(text);
    for (const argv of [
      [...COPY, '--from=old', '--to=new', '--name=QA'],
      [...OFFBOARD, '--member=x', '--all-sources', '--yes'],
      [...OFFBOARD, '--member=x', '--source=new', '--yes'],
    ]) {
      const result = await user.run([...argv, `--map=${map}`, '--json']);
      expect(result).toMatchObject({ code: 2, stdout: '' });
      expect(jsonError(result.stderr)).toMatchObject({ code, message: `${map}${said}` });
    }
    expect(servers.flatMap(({ received }) => received)).toEqual([]);
  });

  it('may hold anything in columns of no source', async () => {
    const user = cli();
    const [old] = await sources(user);
    const map = csv('old,new,note,note\ndjones,,#N/A,"a\tb"\n');
    const argv = [...OFFBOARD, '--member=djones', '--all-sources', `--map=${map}`, '--yes'];
    expect((await user.run(argv)).code).toBe(0);
    expect(old?.writes()).toHaveLength(2);
  });
});

it('--map is no standard input', async () => {
  const user = cli();
  await addSource(user, 'one', 'http://127.0.0.1:9');
  const argv = [...OFFBOARD, '--member=x', '--all-sources', '--map=-', '--yes'];
  expect(await user.run(argv, { stdin: 'one\nx\n' })).toMatchObject({
    code: 2,
    stderr: 'groupctl: A map is not read from standard input. Give --map the path of a file.\n',
  });
});
