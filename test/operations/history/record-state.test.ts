import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cli, type Cli } from '../../helpers/cli.ts';
import { ADD, runIds } from '../../commands/helpers.ts';

describe('a later run whose record cannot be read', () => {
  async function withUndo() {
    const user = cli();
    const add = [...ADD, '--source=sandbox', '--name=QA', '--member=jsmith'];
    await user.run(add);
    const [first = ''] = runIds(user);
    await user.run(['undo', first, '--yes']);
    // Somebody adds the member again.
    await user.run([...add, '--no-journal']);
    const undo = runIds(user)[1] ?? '';
    return { user, first, path: join(user.state, 'runs', `${undo}.jsonl`), undo };
  }
  const members = async (user: Cli): Promise<string> =>
    (await user.run(['security', 'groups', 'members', 'list', '--name=QA', '--source=sandbox']))
      .stdout;

  it.each([
    [
      'damaged in the middle',
      (text: string) => text.replace('\n', '\n?\n'),
      'Line 2 of the journal',
    ],
    ['damaged from the start', () => '?\n', 'Line 1 of the journal'],
    ['of a newer version', (text: string) => text.replace('"v":2', '"v":3'), 'a newer groupctl'],
  ])('is not passed over by undo, resume and history show: %s', async (_, damage, problem) => {
    const { user, first, path, undo } = await withUndo();
    writeFileSync(path, damage(readFileSync(path, 'utf8')));
    const why = `It is not known whether the run ${undo} undid or resumed ${first}. `;
    for (const verb of [
      ['undo', first, '--yes'],
      ['resume', first],
    ]) {
      const { code, stdout, stderr } = await user.run(verb);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain(`groupctl: ${why}`);
      expect(stderr).toContain(problem);
      expect(stderr).toContain('Hint: Restore its record, or remove it from the state folder ');
    }
    expect(await members(user)).toContain('jsmith');
    const shown = await user.run(['history', 'show', first], { tty: true });
    expect(shown.stderr).toContain(why);
  });

  it('stops neither the undo of a run after it nor, with its beginning, that of another run', async () => {
    const { user, path } = await withUndo();
    const text = readFileSync(path, 'utf8').replace('\n', '\n?\n');
    writeFileSync(path, text);
    await user.run([...ADD, '--source=sandbox', '--name=QA', '--member=djones']);
    expect((await user.run(['undo', 'latest', '--yes'])).code).toBe(0);
    writeFileSync(path, text.replace(/"undoes":"[0-9A-Z]+"/, '"reason":"x"'));
    const [first = ''] = runIds(user);
    expect((await user.run(['undo', first, '--yes'])).code).toBe(0);
  });
});
