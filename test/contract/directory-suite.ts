import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChangeOptions, WriteIntent } from '../../src/backends/change-port.ts';
import type { GroupDirectory } from '../../src/backends/port.ts';
import type { ChangeOp, MemberChange } from '../../src/domain/change.ts';
import type { MemberType } from '../../src/domain/group.ts';
import type { MemberOutcome } from '../../src/domain/outcome.ts';
import { GroupctlError } from '../../src/errors.ts';

/** A backend under test, on a server of its own with the company that every sandbox starts with. */
export interface Subject {
  readonly directory: GroupDirectory;
  /** Another directory on the same server and machine, as a second run has it. */
  another(): Promise<GroupDirectory>;
  /** How many requests that write have reached the server. */
  writes(): Promise<number>;
  /** The next write takes effect, and its answer is lost. */
  loseAnswer(): Promise<void>;
  /** Gives Developers the members `Twin` and `TWIN`, where the server can have both. */
  addTwins?(): Promise<void>;
  /** From now on nobody can be asked who exists, where a server can be like that. */
  hideUsers?(): Promise<void>;
  /** The id of a machine identity that is not in Developers, where the server has any. */
  readonly identity?: string;
  close(): Promise<void>;
}

/** What every backend does alike. A new backend passes this suite unchanged. */
export function directorySuite(name: string, open: () => Promise<Subject>): void {
  describe(`${name}: the contract of GroupDirectory`, () => {
    let subject: Subject;
    let directory: GroupDirectory;
    let intents: WriteIntent[];

    beforeEach(async () => {
      subject = await open();
      directory = subject.directory;
      intents = [];
    });
    afterEach(() => subject.close());

    const change = (op: ChangeOp, member: string, type: MemberType = 'user'): MemberChange => ({
      op,
      type,
      member,
      requested: member,
    });

    async function apply(
      changes: readonly MemberChange[],
      options: Partial<ChangeOptions> = {},
      by = directory,
    ): Promise<MemberOutcome[]> {
      const dryRun = options.dryRun ?? false;
      const group = await by.findGroup('Developers', { forUpdate: !dryRun });
      const rows: MemberOutcome[] = [];
      const numbered = changes.map((each, index) => ({ ...each, index }));
      const outcomes = by.changeMembers(group, numbered, {
        dryRun,
        signal: new AbortController().signal,
        beforeSend: async (intent) => void intents.push(intent),
        verifyBase: () => undefined,
        warn: () => undefined,
        ...options,
      });
      for await (const known of outcomes) rows.push(...known);
      return rows;
    }

    async function members(): Promise<string[]> {
      const [state] = await directory.snapshot([await directory.findGroup('Developers')]);
      return (state?.members ?? []).map(({ member }) => member).sort();
    }

    const words = (rows: readonly MemberOutcome[]): string[] =>
      rows
        .map(
          ({ member, outcome, verified }) => `${member}: ${outcome}${verified ? ', verified' : ''}`,
        )
        .sort();

    it('lists its groups', async () => {
      const groups = await directory.listGroups();
      expect(groups.map((group) => group.name)).toEqual(
        expect.arrayContaining(['Administrators', 'Developers', 'Engineers', 'QA']),
      );
    });

    it('finds a group in another case, under the name the server gives it', async () => {
      expect((await directory.findGroup('DEVELOPERS')).name).toBe('Developers');
    });

    it('says which group may have been meant', async () => {
      await expect(directory.findGroup('Develpers')).rejects.toMatchObject({
        kind: 'not-found',
        code: 'no-such-group',
        details: { near: ['Developers'] },
      });
    });

    it('resolves names to the spelling of the server, and knows who does not exist', async () => {
      const names = ['JSMITH', 'John Smith', 'jsmiht'];
      const resolved = await directory.resolve(names.map((each) => ({ type: 'user', name: each })));
      expect(resolved.get('JSMITH')).toEqual({ kind: 'found', name: 'jsmith' });
      expect(resolved.get('John Smith')).toEqual({ kind: 'found', name: 'John Smith' });
      expect(resolved.get('jsmiht')).toMatchObject({ kind: 'unknown' });
    });

    it('adds, reads back, and keeps everybody else', async () => {
      const before = await members();
      expect(words(await apply([change('add', 'John Smith')]))).toEqual([
        'John Smith: added, verified',
      ]);
      expect(await members()).toEqual([...before, 'John Smith'].sort());
    });

    it('tells what it is about to send before it is sent', async () => {
      const before = await subject.writes();
      const seen: number[] = [];
      await apply([change('add', 'jsmith')], {
        beforeSend: async (intent) => {
          intents.push(intent);
          seen.push(await subject.writes());
        },
      });
      expect(seen).toEqual([before]);
      expect(intents.flatMap(({ changes }) => changes.map(({ member }) => member))).toEqual([
        'jsmith',
      ]);
      expect(await subject.writes()).toBe(before + 1);
    });

    it('sends nothing for one who is there already, or is not there', async () => {
      const before = await subject.writes();
      expect(words(await apply([change('add', 'djones')]))).toEqual([
        'djones: already-member, verified',
      ]);
      expect(words(await apply([change('remove', 'jsmith')]))).toEqual([
        'jsmith: already-absent, verified',
      ]);
      expect(intents).toEqual([]);
      expect(await subject.writes()).toBe(before);
    });

    it('does several changes, of both kinds, in one run', async () => {
      const rows = await apply([
        change('add', 'jsmith'),
        change('add', 'djones'),
        change('remove', 'mbrown'),
        change('remove', 'ajohnson'),
      ]);
      expect(words(rows)).toEqual([
        'ajohnson: already-absent, verified',
        'djones: already-member, verified',
        'jsmith: added, verified',
        'mbrown: removed, verified',
      ]);
      const now = await members();
      expect(now).toContain('jsmith');
      expect(now).not.toContain('mbrown');
    });

    it('copies the number of each row to its outcome and its intent', async () => {
      const names = ['jsmith', 'djones', 'John Smith'];
      const changes = names.map((name) => change('add', name));
      for (const dryRun of [true, false]) {
        const rows = await apply(changes, { dryRun });
        const numbers = new Map(rows.map(({ index, requested }) => [requested, index]));
        expect(names.map((name) => numbers.get(name))).toEqual([0, 1, 2]);
      }
      const sent = intents.flatMap((intent) => intent.changes.map(({ index }) => index));
      expect(sent.sort()).toEqual([0, 2]);
    });

    it('plans in a dry run, and writes nothing', async () => {
      const before = await subject.writes();
      const rows = await apply([change('add', 'jsmith'), change('add', 'djones')], {
        dryRun: true,
      });
      expect(words(rows)).toEqual(['djones: already-member, verified', 'jsmith: planned']);
      expect(await subject.writes()).toBe(before);
    });

    it('sends nothing when the guard throws', async () => {
      const before = await subject.writes();
      const stop = new GroupctlError('safety', 'stop', { code: 'guard' });
      const verifyBase = (): void => {
        throw stop;
      };
      await expect(apply([change('add', 'jsmith')], { verifyBase })).rejects.toBe(stop);
      expect(await subject.writes()).toBe(before);
    });

    it('asks the guard about every member, where it needs all of them', async () => {
      const before = await members();
      const seen: (readonly string[])[] = [];
      const verifyBase = (base: readonly string[]): void => void seen.push(base);
      await apply([change('remove', 'mbrown')], { verifyBase, needsAllMembers: true });
      expect(seen.map((base) => [...base].sort())).toEqual([before]);
    });

    it('asks the guard in a dry run as well', async () => {
      const stop = new GroupctlError('safety', 'stop', { code: 'guard' });
      const verifyBase = (): void => {
        throw stop;
      };
      await expect(
        apply([change('remove', 'mbrown')], { verifyBase, needsAllMembers: true, dryRun: true }),
      ).rejects.toBe(stop);
    });

    it('tells every group that holds somebody', async () => {
      await apply([change('add', 'jsmith')]);
      const held = await directory.groupsOf({ type: 'user', name: 'jsmith' });
      expect(held.map(({ group, member }) => `${group.name}: ${member}`)).toEqual([
        'Developers: jsmith',
      ]);
      expect(await directory.groupsOf({ type: 'user', name: 'nobody' })).toEqual([]);
    });

    it('sends nothing after an interrupt', async () => {
      const before = await subject.writes();
      const signal = AbortSignal.abort();
      await expect(apply([change('add', 'jsmith')], { signal })).rejects.toMatchObject({
        kind: 'interrupted',
      });
      expect(await subject.writes()).toBe(before);
    });

    it('creates and deletes a group', async () => {
      const write = { beforeSend: async (): Promise<void> => undefined };
      await directory.createGroup({ name: 'Release Team', dryRun: false }, write);
      const created = await directory.findGroup('release team');
      expect(created.name).toBe('Release Team');
      await directory.deleteGroup(created, write);
      const names = (await directory.listGroups()).map((group) => group.name);
      expect(names).not.toContain('Release Team');
    });

    it('writes once for a member who is named in two cases', async () => {
      const before = await subject.writes();
      const resolved = await directory.resolve([{ type: 'user', name: 'JSMITH' }]);
      expect(resolved.get('JSMITH')).toEqual({ kind: 'found', name: 'jsmith' });
      const rows = await apply([change('add', 'jsmith'), change('add', 'JSMITH')]);
      expect(new Set(rows.map(({ member }) => member))).toEqual(new Set(['jsmith']));
      expect(rows.filter(({ outcome }) => outcome === 'added')).toHaveLength(1);
      expect(await subject.writes()).toBe(before + 1);
      expect((await members()).filter((member) => /^jsmith$/i.test(member))).toEqual(['jsmith']);
    });

    it('removes a member who is named in another case', async () => {
      expect(words(await apply([change('remove', 'DJONES')]))).toEqual([
        'djones: removed, verified',
      ]);
      expect(await members()).not.toContain('djones');
    });

    it('reads what became of a write whose answer was lost', async () => {
      const before = await subject.writes();
      await subject.loseAnswer();
      expect(words(await apply([change('add', 'jsmith')]))).toEqual(['jsmith: added, verified']);
      expect(await members()).toContain('jsmith');
      expect(await subject.writes()).toBe(before + 1);
    });

    it('reads whether a group was created whose answer was lost', async () => {
      await subject.loseAnswer();
      const write = { beforeSend: async (): Promise<void> => undefined };
      await directory.createGroup({ name: 'Release Team', dryRun: false }, write);
      expect((await directory.findGroup('Release Team')).name).toBe('Release Team');
    });

    it('lets a second run wait until the first has changed the group', async () => {
      const second = await subject.another();
      const group = await directory.findGroup('Developers', { forUpdate: true });
      let isFirstDone = false;
      const waiting = apply(
        [change('add', 'John Smith')],
        {
          verifyBase: () => expect(isFirstDone).toBe(true),
        },
        second,
      );
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(intents).toEqual([]);
      const options = {
        dryRun: false,
        signal: new AbortController().signal,
        beforeSend: async (intent: WriteIntent) => void intents.push(intent),
        verifyBase: () => undefined,
        warn: () => undefined,
      };
      for await (const _ of directory.changeMembers(group, [change('add', 'jsmith')], options)) {
        isFirstDone = true;
      }
      expect(words(await waiting)).toEqual(['John Smith: added, verified']);
      expect(await members()).toEqual(expect.arrayContaining(['John Smith', 'jsmith']));
      await second.close();
    });

    it('writes nothing for a name that two members have', async (context) => {
      if (subject.addTwins === undefined) return context.skip();
      await subject.addTwins();
      const before = await subject.writes();
      const resolved = await directory.resolve([{ type: 'user', name: 'twin' }]);
      expect(resolved.get('twin')).toMatchObject({ kind: 'ambiguous' });
      await expect(apply([change('remove', 'twin')])).rejects.toMatchObject({
        kind: 'ambiguous',
        code: 'ambiguous-member',
      });
      expect(await subject.writes()).toBe(before);
      expect(words(await apply([change('remove', 'Twin')]))).toEqual(['Twin: removed, verified']);
      expect(await members()).toContain('TWIN');
    });

    it('takes a name as typed where nobody can be asked who exists', async (context) => {
      if (subject.hideUsers === undefined) return context.skip();
      await subject.hideUsers();
      const resolved = await directory.resolve([{ type: 'user', name: ' pwilson ' }]);
      expect(resolved.get(' pwilson ')).toEqual({ kind: 'unchecked', name: 'pwilson' });
    });

    it('adds and removes a machine identity, where it has any', async () => {
      const { identity } = subject;
      if (identity === undefined) {
        expect(await directory.hasType('identity')).toBe(false);
        return;
      }
      expect(await directory.hasType('identity')).toBe(true);
      const resolved = await directory.resolve([{ type: 'identity', name: identity }]);
      expect(resolved.get(identity)).toEqual({ kind: 'found', name: identity });
      for (const [op, outcome] of [
        ['add', 'added'],
        ['remove', 'removed'],
      ] as const) {
        const rows = await apply([change(op, identity, 'identity')]);
        expect(words(rows)).toEqual([`${identity}: ${outcome}, verified`]);
        expect(rows.map(({ type }) => type)).toEqual(['identity']);
        expect((await members()).includes(identity)).toBe(op === 'add');
      }
    });

    it('is well', async () => {
      expect((await directory.health()).healthy).toBe(true);
      expect(await directory.checkAccess()).not.toBe(false);
    });
  });
}
