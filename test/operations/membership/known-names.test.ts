import { describe, expect, it } from 'vitest';
import { fileOf, oddStage, said } from './odd-stage.ts';

const ODD = ['j\u200bsmith', '1.16E+20', '#N/A'];
const CSV = `member,type\nmbrown,user\n${ODD.map((name) => `${name},user\n`).join('')}`;
const JSON_TEXT = JSON.stringify(ODD.map((member) => ({ member, type: 'user' })));

describe('damaged names in a list that groupctl may have written', () => {
  it.each([
    [CSV, 'team.csv has 3 bad rows: line 3: the invisible character U+200B'],
    [JSON_TEXT, 'team.csv has 3 bad rows: line 1: the invisible character U+200B'],
  ])('are refused without a check of the users: %j', async (content, message) => {
    for (const verb of ['add', 'remove', 'sync']) {
      const stage = await oddStage({ QA: ['mbrown'] }, ['mbrown']);
      const argv = [verb, '--name=QA', fileOf(content), '--no-user-check'];
      const { code, stderr } = await stage.run(argv);
      expect(code).toBe(2);
      expect(said(stderr)).toContain(message);
      expect(stage.server.writes()).toEqual([]);
    }
  });

  it('are unknown users where the users are checked', async () => {
    const stage = await oddStage({ QA: ['mbrown'] }, ['mbrown']);
    expect(await stage.run(['add', '--name=QA', fileOf(CSV)])).toMatchObject({ code: 4 });
  });

  it('are taken where the server has them', async () => {
    const stage = await oddStage({ QA: ['mbrown', ...ODD], Ops: [] }, ['mbrown', ...ODD]);
    for (const format of ['csv', 'json']) {
      const { stdout } = await stage.run(['list', '--name=QA', `--output=${format}`]);
      const argv = [fileOf(stdout), '--yes'];
      for (const check of [[], ['--no-user-check']]) {
        const result = await stage.run(['sync', '--name=QA', ...argv, ...check]);
        expect(result).toMatchObject({ code: 0, stdout: expect.stringContaining('= 4 unchanged') });
      }
    }
    const { stdout } = await stage.run(['list', '--name=QA', '--output=csv']);
    expect(await stage.run(['add', '--name=Ops', fileOf(stdout)])).toMatchObject({ code: 0 });
    expect(stage.members('Ops')).toEqual(['mbrown', ...ODD]);
    const unchecked = ['add', '--name=Ops', fileOf(stdout), '--no-user-check', '--dry-run'];
    expect(await stage.run(unchecked)).toMatchObject({ code: 0 });
  });
});
