import { describe, expect, it } from 'vitest';
import { cli } from '../helpers/cli.ts';
import { COMMANDS } from '../helpers/pgutil-commands.ts';

describe('the commands of pgutil', () => {
  it('work as they are written', async () => {
    const user = cli();
    const env = { GROUPCTL_SOURCE: 'sandbox' };
    for (const [argv, stdin = ''] of COMMANDS) {
      const { code, stderr } = await user.run(argv, { env, stdin });
      expect({ argv, code, stderr }).toMatchObject({ argv, code: 0 });
    }
  });

  it('take their options anywhere, and a key before a user name', async () => {
    const argv = ['--source=sandbox', '--name=QA', 'security', 'groups', '--api-key=sandbox-key'];
    const words = ['members', '--timeout=30', 'list', '--username=x'];
    expect(await cli().run([...argv, ...words])).toMatchObject({
      code: 0,
      stderr: '--api-key is used; --username and --password have no effect.\n',
    });
  });
});
