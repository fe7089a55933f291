import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { A, fakeWith, TOKEN } from '../../../backends/infisical/fake.ts';
import { cli } from '../../../helpers/cli.ts';
import { serve } from '../../../helpers/server.ts';
import { jsonError, journals, MEMBERS } from '../../../commands/helpers.ts';
import {
  addSource,
  Company,
  DJONES,
  mapFile,
  OFFBOARD,
  twoSources,
  withoutRuns,
  writesOf,
} from './stage.ts';

const ALL = [...DJONES, '--all-sources'];
const UPDATE = 'POST /api/security/groups/update';

const PLACES = ['one', 'two'].map((name) => `Source "${name}" (http://127.0.0.1:PORT/)`);

function withoutPorts(text: string): string {
  return text.replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT');
}

describe('one name on several sources', () => {
  it.each([[[]], [['--yes']]])(
    'may be several people: where nobody can be asked it wants --map (%j)',
    async (options) => {
      const { user, one, two } = await twoSources();
      const result = await user.run([...ALL, ...options, '--json']);
      expect(result).toMatchObject({ code: 2, stdout: '' });
      expect(jsonError(result.stderr)).toMatchObject({
        code: 'map-needed',
        message:
          'The name "djones" exists on 2 sources (one, two), and may not be the same person.',
        hint: 'Tell groupctl which accounts belong to one person with --map=people.csv (a column for each source), or choose one source with --source.',
      });
      expect([...writesOf(one), ...writesOf(two)]).toEqual([]);
    },
  );

  it('shows what there is on each of them, even where it is the same', async () => {
    const user = cli();
    for (const name of ['one', 'two'])
      await addSource(user, name, (await new Company().serve()).url);
    const facts = (source: string): string[] => [
      `djones on ${source}:`,
      '  groups: Developers, QA',
      '  direct permissions: "Promote Packages" on the feed npm',
      '  personal API keys: "Laptop" (id 3)',
    ];
    const map = mapFile('one,two\ndjones,djones\n');
    const { stderr } = await user.run([...ALL, `--map=${map}`, '--yes', '--allow-empty']);
    expect(stderr.split('\n').slice(0, 8)).toEqual([...facts('one'), ...facts('two')]);
  });

  it('shows every match in a dry run, and ends as a run that nobody can be asked in', async () => {
    const { user, one, two } = await twoSources();
    for (const how of [{}, { tty: true }]) {
      const result = await user.run([...ALL, '--dry-run', '--no-color'], how);
      const places = 'tty' in how ? PLACES : [];
      expect({ ...result, stderr: withoutPorts(result.stderr) }).toEqual({
        code: 2,
        stdout: [
          '[one] Would remove djones from Developers.',
          '[one] Would remove djones from QA.',
          '[two] Would remove djones from Ops.',
          'djones: would be removed from 3 groups.',
          'Not touched:',
          '  [one] the permission "Promote Packages" on the feed npm',
          '  [one] the API key "Laptop" (id 3) (--keys deletes it)',
          '  [one] the account djones itself',
          '  [two] the account djones itself',
          '',
        ].join('\n'),
        stderr: [
          ...places,
          'groupctl: The name "djones" exists on 2 sources (one, two), and may not be the same person. Tell groupctl which accounts belong to one person with --map=people.csv (a column for each source), or choose one source with --source. Without it, groupctl asks about each one on a terminal.',
          '',
        ].join('\n'),
      });
    }
    const json = await user.run([...ALL, '--dry-run', '--json']);
    expect(JSON.parse(json.stdout).summary).toMatchObject({ groupsPlanned: 3 });
    expect(jsonError(json.stderr)).toMatchObject({ code: 'map-needed', exitCode: 2 });
    expect([...writesOf(one), ...writesOf(two)]).toEqual([]);
  });

  it('is asked for match by match, and then for all of it', async () => {
    const { user, one, two } = await twoSources();
    const result = await user.run([...ALL, '--no-color'], {
      tty: true,
      answers: [true, false, true],
    });
    expect(result.code).toBe(0);
    expect(withoutPorts(result.stderr)).toBe(
      [
        ...PLACES,
        'djones on one:',
        '  groups: Developers, QA',
        '  direct permissions: "Promote Packages" on the feed npm',
        '  personal API keys: "Laptop" (id 3)',
        'djones on two:',
        '  groups: Ops',
        '  direct permissions: none',
        '  personal API keys: none',
        'Is djones on one the person you mean? (y/N) y',
        'Is djones on two the person you mean? (y/N) n',
        'Offboard djones on one: remove from 2 groups? (y/N) y',
        '',
      ].join('\n'),
    );
    expect(withoutRuns(result.stdout)).toBe(
      [
        '[one] Removed djones from Developers (run RUN).',
        '[one] Removed djones from QA (run RUN).',
        'djones: removed from 2 groups.',
        'To undo a removal: groupctl undo RUN',
        'Not touched:',
        '  [one] the permission "Promote Packages" on the feed npm',
        '  [one] the API key "Laptop" (id 3) (--keys deletes it)',
        '  [one] the account djones itself',
        '  [two] the account djones: it is somebody else',
        '',
      ].join('\n'),
    );
    expect(writesOf(one)).toEqual([UPDATE, UPDATE]);
    expect(writesOf(two)).toEqual([]);
  });

  it('is nobody when every match is denied', async () => {
    const { user, one, two } = await twoSources();
    const result = await user.run([...ALL, '--yes'], { tty: true, answers: [false, false] });
    expect(result).toMatchObject({ code: 8, stdout: '' });
    expect([...writesOf(one), ...writesOf(two)]).toEqual([]);
  });

  it('is one person where only one source knows the name', async () => {
    const { user, two } = await twoSources();
    const result = await user.run([
      ...OFFBOARD,
      '--member=dana',
      '--all-sources',
      '--yes',
      '--json',
    ]);
    expect(result.code).toBe(0);
    expect(JSON.parse(result.stdout).sources).toMatchObject([
      {
        source: 'one',
        state: 'nobody',
        groups: [],
        permissions: null,
        apiKeys: null,
        notTouched: [{ what: 'source', message: 'everything: no account with that name' }],
      },
      { source: 'two', state: 'found', member: 'Dana', groups: [{ outcome: 'removed' }] },
    ]);
    expect(two.writes()).toEqual([{ name: 'Web', users: ['lchen'] }]);
  });
});

describe('--map', () => {
  it('says who the person is on each source; one where there is no name is not asked', async () => {
    const { user, one, two } = await twoSources();
    const lost = await new Company().serve();
    await addSource(user, 'left-out', lost.url);
    const map = mapFile(
      '\uFEFFTWO;Team;left-out;One\r\n\r\nmbrown;web;;lchen\r\ndana;djones; ;"DJONES"\r\n',
    );
    const result = await user.run([...ALL, `--map=${map}`, '--yes', '--json']);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    const { sources, summary } = JSON.parse(result.stdout);
    const untouched = {
      state: 'not-mapped',
      notTouched: [{ what: 'source', message: 'everything: the map names nobody there' }],
    };
    expect(sources).toMatchObject([
      { source: 'one', member: 'djones', groups: [{ outcome: 'removed' }, {}] },
      { source: 'two', member: 'Dana', groups: [{ group: { name: 'Web' }, outcome: 'removed' }] },
      { source: 'left-out', ...untouched },
    ]);
    expect(summary).toMatchObject({ sources: 3, groupsRemoved: 3, notReached: 0 });
    expect(one.writes()).toHaveLength(2);
    expect(two.writes()).toEqual([{ name: 'Web', users: ['lchen'] }]);
    expect(lost.received).toEqual([]);
    expect(journals(user).map(([header]) => header?.['source'])).toEqual(['one', 'one', 'two']);
  });

  it('is for one source, too: by the name there, else by the name on another', async () => {
    const { user, two } = await twoSources();
    const map = mapFile('one,two\nmbrown,djones\ndjones,Dana\n');
    const run = async (member: string): Promise<void> => {
      const who = [...OFFBOARD, `--member=${member}`, '--source=two', `--map=${map}`, '--yes'];
      expect((await user.run([...who, '--allow-empty'])).code).toBe(0);
    };
    await run('djones');
    expect(two.writes()).toEqual([{ name: 'Ops', users: ['lchen'] }]);
    await run('DANA');
    expect(two.writes()[1]).toEqual({ name: 'Web', users: ['lchen'] });
    await run('mbrown');
    expect(two.writes()).toHaveLength(2);
  });

  it.each<[string, string, string, number]>([
    ['empty', '', 'is empty.', 2],
    ['no column', 'a,b\ndjones,x\n', 'has no column "one", "two"; it has "a", "b".', 2],
    ['a misspelt column', 'one,tow\ndjones,Dana\n', 'has no column "two"; it has "one", "tow".', 2],
    [
      'nobody',
      'one,two,nick\nmbrown,Dana,djones\n',
      'has no row with djones in a column of these sources.',
      4,
    ],
    ['two people', 'one,two\ndjones,Dana\nmbrown,djones\n', 'is in several rows (lines 2, 3)', 2],
    ['twice', 'one,two\ndjones,Dana\nDJones,lchen\n', 'is in several rows (lines 2, 3)', 2],
    ['unknown there', 'one,two\ndjones,dannna\n', 'There is no user named "dannna" on two.', 4],
  ])('with a mistake in it does nothing: %s', async (_, text, said, code) => {
    const { user, one, two } = await twoSources();
    const result = await user.run([...ALL, `--map=${mapFile(text)}`, '--yes']);
    expect(result).toMatchObject({ code, stdout: '' });
    expect(result.stderr).toContain(said);
    expect([...writesOf(one), ...writesOf(two)]).toEqual([]);
  });

  it.each([
    ['one\ndjones\n', 'has no column "two"; it has "one".'],
    ['one,two\ndjones,\n', 'line 2: this person has no name on two.'],
  ])('has to name the one source that is asked: %j', async (text, said) => {
    const { user, two } = await twoSources();
    const result = await user.run([...DJONES, '--source=two', `--map=${mapFile(text)}`, '--yes']);
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(result.stderr).toContain(said);
    expect(two.received).toEqual([]);
  });

  it('that is not there is named', async () => {
    const { user } = await twoSources();
    const result = await user.run([...ALL, '--map=/nowhere/people.csv', '--yes']);
    expect(result.code).toBe(2);
    expect(result.stderr).toContain('/nowhere/people.csv cannot be read');
  });
});

describe('a source that cannot be reached', () => {
  const LOST = 'http://127.0.0.1:9/';

  it('does not keep the others from it: 7, and it is said last', async () => {
    const { user, one } = await twoSources();
    await user.run(['sources', 'remove', '--name=two']);
    await addSource(user, 'lost', LOST);
    const map = mapFile('one,lost\ndjones,djones\n');
    const result = await user.run([...ALL, `--map=${map}`, '--yes', '--quiet']);
    expect(result.code).toBe(7);
    expect(result.stdout).toContain('djones: removed from 2 groups, 1 source not reached.\n');
    expect(result.stdout).toMatch(/\n {2}\[lost\] everything: it could not be asked\. .+\n$/);
    expect(result.stderr).toMatch(/^groupctl: 1 of 3 steps could not be done: lost\. /);
    expect(one.writes()).toHaveLength(2);
  });

  it('may be where the person is, and the match somebody else', async () => {
    const { user, one } = await twoSources();
    await user.run(['sources', 'remove', '--name=two']);
    await addSource(user, 'lost', LOST);
    const unasked = await user.run([...ALL, '--yes', '--json']);
    expect(unasked).toMatchObject({ code: 2, stdout: '' });
    expect(jsonError(unasked.stderr)).toMatchObject({
      code: 'map-needed',
      message:
        'The name "djones" exists on the source one, and may not be the same person; lost could not be asked.',
      details: { sources: ['one'], notReached: ['lost'] },
    });
    const denied = await user.run(ALL, { tty: true, answers: [false] });
    expect(denied).toMatchObject({ code: 8, stdout: '' });
    expect(writesOf(one)).toEqual([]);
    const agreed = await user.run([...ALL, '--quiet', '--no-color'], {
      tty: true,
      answers: [true, true],
    });
    expect(agreed.code).toBe(7);
    expect(agreed.stderr).toContain(
      [
        'Is djones on one the person you mean? (lost: not reached) (y/N) y',
        'Offboard djones on one: remove from 2 groups? (lost: not reached) (y/N) y',
        '',
      ].join('\n'),
    );
    expect(writesOf(one)).toEqual([UPDATE, UPDATE]);
  });

  it('is what the command failed with where it is the only one', async () => {
    const user = cli();
    await addSource(user, 'lost', 'http://127.0.0.1:9/');
    for (const options of [['--all-sources'], ['--source=lost']]) {
      const result = await user.run([...DJONES, ...options, '--yes', '--json']);
      expect(result).toMatchObject({ code: 6, stdout: '' });
    }
  });
});

describe('many calls at once on several sources', () => {
  it('are no leak of listeners, and nothing is said about them', async () => {
    const user = cli();
    for (const name of ['one', 'two', 'three', 'four']) {
      const fake = fakeWith(2);
      for (let n = 0; n < 20; n++) fake.addGroup(`Group${n}`);
      const login = ['--kind=infisical', `--api-key=${TOKEN}`];
      await addSource(user, name, (await serve(fake.handler())).url, ...login);
    }
    const warnings: Error[] = [];
    const onWarning = (warning: Error): void => void warnings.push(warning);
    process.on('warning', onWarning);
    onTestFinished(() => void process.off('warning', onWarning));
    const result = await user.run([...OFFBOARD, `--member=${A}`, '--all-sources', '--dry-run']);
    expect(result.code).toBe(2);
    await setImmediate();
    expect(warnings).toEqual([]);
  });
});

describe('on infisical', () => {
  const AT = '--source=sandbox:infisical';

  it('takes people and machine identities out of their groups; the rest cannot be seen', async () => {
    const user = cli();
    const where = [...MEMBERS, 'where', '--member=djones', AT];
    const before = (await user.json(where)) as { group: { name: string } }[];
    expect(before.length).toBeGreaterThan(0);
    const result = await user.run([...DJONES, AT, '--keys', '--yes', '--quiet']);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    const lines = withoutRuns(result.stdout).split('\n');
    expect(lines.slice(0, before.length)).toEqual(
      before.map(({ group }) => `Removed djones from ${group.name} (run RUN).`),
    );
    expect(lines.slice(-5)).toEqual([
      'Not touched:',
      '  direct permissions: unknown. groupctl cannot read them on an Infisical server.',
      '  personal API keys: unknown. groupctl cannot read them on an Infisical server.',
      '  the account djones itself',
      '',
    ]);
    expect(await user.json(where)).toEqual([]);
    // Each can be taken back.
    for (const [header] of journals(user).slice(0, before.length)) {
      expect((await user.run(['undo', String(header?.['run']), '--yes', AT])).code).toBe(0);
    }
    expect(await user.json(where)).toEqual(before);
  });

  it('writes nothing in a dry run', async () => {
    const user = cli();
    const where = [...MEMBERS, 'where', '--member=djones', AT];
    const before = (await user.json(where)) as { group: { name: string } }[];
    const result = await user.run([...DJONES, AT, '--dry-run']);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(result.stdout.split('\n').slice(0, before.length)).toEqual(
      before.map(({ group }) => `Would remove djones from ${group.name}.`),
    );
    expect(journals(user)).toEqual([]);
    expect(await user.json(where)).toEqual(before);
  });

  it('takes a machine identity by its id', async () => {
    const user = cli();
    const list = [...MEMBERS, 'list', '--name=Developers', AT];
    const members = (await user.json(list)) as { member: string; type: string }[];
    const bot = members.find(({ type }) => type === 'identity')?.member ?? '';
    const result = await user.run([...OFFBOARD, `--identity=${bot}`, AT, '--yes', '--quiet']);
    expect(result.code).toBe(0);
    expect(withoutRuns(result.stdout)).toContain(`Removed ${bot} from Developers (run RUN).\n`);
    expect(await user.json([...MEMBERS, 'where', `--identity=${bot}`, AT])).toEqual([]);
  });
});
