import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { keepGroupNames, readGroupNames } from '../../src/state/group-names.ts';
import { cli, temporaryFolder } from '../helpers/cli.ts';
import { fakeProget, listGroups } from '../helpers/proget.ts';
import { serve } from '../helpers/server.ts';

const FILE = join('cache', 'group-names.json');

describe('the names of groups for completion', () => {
  it('are those that were last read from each source', () => {
    const state = temporaryFolder();
    expect(readGroupNames(state, 'one')).toEqual([]);
    keepGroupNames(state, 'one', ['QA']);
    keepGroupNames(state, 'two', ['Ops']);
    keepGroupNames(state, 'one', ['QA', 'Zoë']);
    expect(readGroupNames(state, 'one')).toEqual(['QA', 'Zoë']);
    expect(readGroupNames(state, 'two')).toEqual(['Ops']);
    expect(statSync(join(state, FILE)).mode & 0o777).toBe(0o600);
  });

  it('stay of 50 sources at most, those that were asked last', () => {
    const state = temporaryFolder();
    for (let at = 0; at < 60; at++) keepGroupNames(state, `s${at}`, ['x']);
    expect(readGroupNames(state, 's9')).toEqual([]);
    expect(readGroupNames(state, 's10')).toEqual(['x']);
  });

  it.each(['{', '[]', 'null', '{"one":1}', '{"one":[1]}'])(
    'are none in a file that holds %s',
    (text) => {
      const state = temporaryFolder();
      mkdirSync(join(state, 'cache'));
      writeFileSync(join(state, FILE), text);
      expect(readGroupNames(state, 'one')).toEqual([]);
      keepGroupNames(state, 'one', ['QA']);
      expect(readGroupNames(state, 'one')).toEqual(['QA']);
    },
  );

  it('are kept by a command that reads the groups, and hold nothing else', async () => {
    const user = cli();
    const server = await serve(listGroups(fakeProget()));
    const list = ['security', 'groups', 'list', `--source=${server.url}`, '--api-key=abc12345'];
    expect((await user.run([...list, '--no-cache'])).code).toBe(0);
    expect(existsSync(join(user.state, FILE))).toBe(false);
    expect((await user.run(list)).code).toBe(0);
    const kept = JSON.parse(readFileSync(join(user.state, FILE), 'utf8')) as object;
    expect(Object.keys(kept)).toEqual([server.url]);
    expect(Object.values(kept)[0]).toContain('Developers');
  });

  it('change no exit code where they cannot be written', async () => {
    const user = cli();
    const server = await serve(listGroups(fakeProget()));
    const env = { GROUPCTL_STATE_DIR: '/dev/null/state' };
    const list = ['security', 'groups', 'list', `--source=${server.url}`, '--api-key=abc12345'];
    expect(await user.run(list, { env })).toMatchObject({ code: 0, stderr: '' });
  });
});
