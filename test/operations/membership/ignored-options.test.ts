import { describe, expect, it } from 'vitest';
import { cli } from '../../helpers/cli.ts';
import { fakeProget, listGroups, listUsers, updateGroup } from '../../helpers/proget.ts';
import { serve } from '../../helpers/server.ts';
import { ADD, at, MEMBERS } from '../../commands/helpers.ts';

const PROGET = 'is a ProGet server.\n';
const INFISICAL = 'has no effect: sandbox:infisical is an Infisical server.\n';

describe('an option that the kind of server has no use for', () => {
  it('is named on ProGet: --concurrency, --no-verify', async () => {
    const state = fakeProget();
    const server = await serve(listUsers(state), listGroups(state), updateGroup(state));
    const argv = [...ADD, '--name=Developers', '--member=jsmith', ...at(server)];
    const result = await cli().run([...argv, '--concurrency=4', '--no-verify']);
    expect(result).toEqual({
      code: 0,
      stdout: 'Added jsmith to Developers.\n',
      stderr: `--concurrency has no effect: ${server.url} ${PROGET}--no-verify has no effect: ${server.url} ${PROGET}`,
    });
  });

  it('is named on Infisical: --settle, --settle-limit', async () => {
    const argv = [...ADD, '--name=QA', '--member=jsmith', '--source=sandbox:infisical'];
    const result = await cli().run([...argv, '--settle=5', '--settle-limit=9', '--dry-run']);
    expect(result).toMatchObject({
      code: 0,
      stderr: `--settle ${INFISICAL}--settle-limit ${INFISICAL}`,
    });
  });

  it.each(['--json', '--quiet'])('is not named with %s', async (option) => {
    const argv = [...ADD, '--name=QA', '--member=jsmith', '--source=sandbox', option];
    expect(await cli().run([...argv, '--concurrency=4'])).toMatchObject({ code: 0, stderr: '' });
  });

  it('is named for the target of a copy, and not for its origin', async () => {
    const user = cli();
    const copy = [...MEMBERS, 'copy', '--from=sandbox:infisical', '--to=sandbox', '--name=QA'];
    const result = await user.run([
      ...copy,
      '--to-name=Developers',
      '--skip-unknown',
      '--settle=5',
      '--concurrency=4',
    ]);
    expect(result.stderr).toContain('--concurrency has no effect: sandbox is a ProGet server.\n');
    expect(result.stderr).not.toContain('--settle has');
  });

  it('is named when a source is saved with it', async () => {
    const argv = ['sources', 'add', '--url=eu', '--api-key=st.12345678', '--name=cloud'];
    const result = await cli().run([...argv, '--settle=500', '--dialect=add']);
    expect(result.stderr).toBe(
      '--settle has no effect: cloud is an Infisical server.\n--dialect has no effect: cloud is an Infisical server.\n',
    );
  });
});
