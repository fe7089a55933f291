import { describe, expect, it } from 'vitest';
import { cli } from '../helpers/cli.ts';

/** Every command of pgutil as it is written, one after the other on one server: each exits 0. */
const COMMANDS: readonly (readonly [string[], string?])[] = [
  [['security', 'groups', 'list']],
  [['security', 'groups', 'create', '--name=Testers']],
  [['security', 'groups', 'members', 'add', '--name=testers', '--member=djones']],
  [['security', 'groups', 'members', 'list', '--name=Testers']],
  [['security', 'groups', 'members', 'remove', '--name=TESTERS', '--member=Djones']],
  [['security', 'groups', 'delete', '--name=testers']],
  [['security', 'users', 'list', '--search-term=jones']],
  [
    [
      ...['security', 'users', 'create', '--username=newbie', '--displayname=New Bie'],
      ...['--email=newbie@corp.example', '--password=x12345'],
    ],
  ],
  [
    ['security', 'users', 'create', '--username=other', '--displayname=O', '--email=o@x'],
    'pw12345\n',
  ],
  [['security', 'users', 'show', '--username=newbie']],
  [['security', 'users', 'edit', '--username=newbie', '--email=n@corp.example']],
  [['security', 'users', 'delete', '--username=newbie']],
  [['security', 'tasks', 'list']],
  [['security', 'tasks', 'list', '--name=administer']],
  [
    [
      ...['security', 'tasks', 'create', '--name=T 1', '--description=Testing'],
      '--attributes=Feeds_ViewFeed, Feeds_AddPackage',
    ],
  ],
  [['security', 'tasks', 'attributes', 'list']],
  [['security', 'permissions', 'add', '--task=T 1', '--user=djones']],
  [['security', 'permissions', 'add', '--task=T 1', '--group=QA', '--feed=npm', '--deny']],
  [['security', 'permissions', 'list']],
  [['security', 'permissions', 'remove', '--id=5']],
  [['security', 'tasks', 'delete', '--name=T 1']],
  [['apikeys', 'list']],
  [['apikeys', 'create', 'personal', '--user=djones', '--name=Laptop 2']],
  [
    [
      'apikeys',
      'create',
      'system',
      '--apis=feeds,sca',
      '--name=CI',
      '--expiration=2031-01-31',
      '--logging=both',
    ],
  ],
  [['apikeys', 'create', 'feed', '--feed=npm', '--permissions=view,add']],
  [['apikeys', 'delete', '--id=3']],
  [['sources', 'add', '--name=USR', '--url=http://h.example', '--api-key=K12345', '--feed=f']],
  [['sources', 'list']],
  [['sources', 'remove', '--name=usr']],
  [['health']],
];

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
