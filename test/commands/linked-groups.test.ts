import { describe, expect, it } from 'vitest';
import { SANDBOX_CLIENT } from '../../src/sandbox/infisical/seed.ts';
import { cli } from '../helpers/cli.ts';

const GROUPS = ['security', 'groups'];
const ROOT = ['--source=sandbox:infisical'];
/** The sub-organization of the sandbox, into which Administrators is linked. */
const BRANCH = [
  ...ROOT,
  `--client-id=${SANDBOX_CLIENT.clientId}`,
  `--client-secret=${SANDBOX_CLIENT.clientSecret}`,
  '--organization-slug=branch',
];
const DELETE = [...GROUPS, 'delete', '--name=Administrators'];
const MEMBERS = [...GROUPS, 'members', 'list', '--name=Administrators'];
const STAYS =
  'the group Administrators from this organization; the group and its members stay in the parent organization.\n';

describe('groups delete of a linked group', () => {
  it('unlinks it, says so, and leaves it in the parent with its members', async () => {
    const user = cli();
    const before = await user.json([...MEMBERS, ...ROOT]);
    expect(await user.run([...DELETE, ...BRANCH, '--dry-run'])).toEqual({
      code: 0,
      stdout: `Would unlink ${STAYS}`,
      stderr: '',
    });
    expect(await user.run([...DELETE, ...BRANCH])).toEqual({
      code: 0,
      stdout: `Unlinked ${STAYS}`,
      stderr: '',
    });
    expect((await user.run([...DELETE, ...BRANCH])).stdout).toBe(
      'There is no group named Administrators; nothing to do.\n',
    );
    expect(await user.json([...MEMBERS, ...ROOT])).toEqual(before);
  });

  it('is "unlinked" in JSON, in CSV and in the journal', async () => {
    const user = cli();
    const { run, ...result } = (await user.json([...DELETE, ...BRANCH])) as { run: string };
    expect(result).toMatchObject({
      op: 'delete',
      outcome: 'unlinked',
      group: { name: 'Administrators', slug: 'administrators', linked: true },
    });
    expect(await user.json(['history', 'show', run])).toMatchObject({
      exit: 0,
      outcome: 'unlinked',
      calls: [{ call: 'DELETE groups', before: ['Admin', 'ajohnson'] }],
    });
    expect((await user.run(['history'])).stdout).toMatch(/\tAdministrators\tunlinked\n$/);
    const shown = await user.run(['history', 'show', 'latest']);
    expect(shown.stdout).toMatch(/^Ended: +\S+: unlinked$/m);

    const undo = await user.run(['undo', 'latest', '--yes', ...BRANCH]);
    expect([undo.code, undo.stderr]).toEqual([
      2,
      expect.stringContaining(
        'cannot be undone. The group was only unlinked from the organization, and groupctl cannot link it again.',
      ),
    ]);

    const other = cli();
    const csv = await other.run([...DELETE, ...BRANCH, '--output=csv']);
    expect(csv.stdout).toBe('name,op,outcome\nAdministrators,delete,unlinked\n');
  });

  it('in the parent is refused while it is linked, with what to do (exit 5)', async () => {
    const { code, stdout, stderr } = await cli().run([...DELETE, ...ROOT]);
    expect([code, stdout]).toEqual([5, '']);
    expect(stderr).toContain('Unlink it from these sub-organizations first: "Branch".');
    expect(stderr).toContain('Hint: Delete the group in each of these sub-organizations first');
  });

  it('a group of its own is deleted as ever', async () => {
    const user = cli();
    const { stdout } = await user.run([...GROUPS, 'delete', '--name=Branch team', ...BRANCH]);
    expect(stdout).toBe('Deleted the group Branch team.\n');
    expect((await user.run(['history'])).stdout).toMatch(/\tBranch team\tdone\n$/);
  });
});

describe('linked groups', () => {
  it('are marked in groups list --json', async () => {
    const groups = (await cli().json([...GROUPS, 'list', ...BRANCH])) as object[];
    expect(groups).toMatchObject([
      { name: 'Administrators', linked: true },
      { name: 'Branch team' },
    ]);
    expect(groups[1]).not.toHaveProperty('linked');
  });

  it('take users of the parent, with a warning that they are changed there', async () => {
    const add = [...GROUPS, 'members', 'add', '--name=Administrators', '--member=djones'];
    expect(await cli().run([...add, ...BRANCH])).toEqual({
      code: 0,
      stdout: 'Added djones to Administrators.\n',
      stderr:
        'Administrators is linked from the parent organization, so this changes the group there, too.\n',
    });
  });

  it("a sub-organization's own group takes none of the parent alone", async () => {
    const add = [...GROUPS, 'members', 'add', '--name=Branch team', '--member=djones'];
    const { code, stderr } = await cli().run([...add, ...BRANCH]);
    expect(code).toBe(4);
    expect(stderr).toContain('There is no user named "djones".');
  });
});

describe('groups create on a server of 2026', () => {
  it('with a role that is not there is exit 4, and about the role', async () => {
    const create = [...GROUPS, 'create', '--name=Release', '--role=nosuch', ...ROOT];
    const { code, stderr } = await cli().run(create);
    expect(code).toBe(4);
    expect(stderr).toContain(
      'groupctl: The organization has no role "nosuch" (404 to POST groups).',
    );
    expect(stderr).not.toMatch(/no group|List the groups/);
  });
});
