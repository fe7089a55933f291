import { describe, expect, it } from 'vitest';
import { status } from '../../../helpers/proget.ts';
import { journals } from '../../../commands/helpers.ts';
import { DJONES, SECRET, stage } from './stage.ts';

describe('API keys', () => {
  it('are not known where the server has no list of them, which is never "none"', async () => {
    const { company, run } = await stage();
    company.instead['GET api-keys/list'] = status(404);
    const without = await run([...DJONES, '--dry-run', '--json']);
    expect(JSON.parse(without.stdout).sources[0]).toMatchObject({ apiKeys: null });
    expect(without.code).toBe(0);
    const result = await run([...DJONES, '--keys', '--yes']);
    expect(result.code).toBe(7);
    expect(result.stderr).toContain('personal API keys: unknown. The server has no list of');
    expect(result.stdout).toContain(
      '  personal API keys: unknown. The server has no list of API keys.\n',
    );
    expect(result.stderr).toContain('The personal API keys could not be deleted.');
  });

  it.each([
    [404, 'Look at the API keys on the server: groupctl cannot see them there.'],
    [
      403,
      'The key is missing, wrong, or has too few permissions. Use a System key with Full Control, or a Personal key (or login) of a user with Admin_ConfigureProGet. Feed keys do not work.',
    ],
  ])(
    'that cannot be listed are no work done, and trying again is no advice: %i',
    async (code, hint) => {
      const { company, run } = await stage();
      company.instead['GET api-keys/list'] = status(code);
      const partly = await run([...DJONES, '--keys', '--yes']);
      expect(partly.code).toBe(7);
      expect(partly.stdout).toContain(
        '\ndjones: removed from 2 groups, API keys not deleted, because they are unknown.\n',
      );
      expect(partly.stderr).toContain(`\nHint: ${hint}\n`);
      expect(partly.stderr).not.toContain('same command again');
      const nothing = await run([...DJONES, '--keys', '--yes']);
      expect(nothing.code).toBe(5);
      expect(nothing.stdout).toContain(
        '\ndjones: API keys not deleted, because they are unknown.\n',
      );
      expect(nothing.stderr).toContain(`\nHint: ${hint}\n`);
      const json = await run([...DJONES, '--keys', '--dry-run', '--json']);
      expect(JSON.parse(json.stdout).summary).toMatchObject({ keysNotDeleted: 0, keysNotKnown: 1 });
    },
  );

  it('are deleted where the server removed the person and answered with an error', async () => {
    const { company, run } = await stage();
    company.instead['POST groups/update'] = (request) => {
      company.instead['POST groups/update'] = undefined;
      company.groups = company.groups.map((group) => ({
        ...group,
        users: (group.users ?? []).filter(
          (name) => group.name !== 'Developers' || name !== 'djones',
        ),
      }));
      return status(500, 'boom')(request);
    };
    const { code, stdout, stderr } = await run([...DJONES, '--keys', '--yes']);
    expect(code).toBe(7);
    expect(stdout).toContain('Deleted the API key "Laptop" (id 3)');
    expect(stdout).toContain('\ndjones: removed from 2 groups, 1 API key deleted.\n');
    expect(stdout).not.toContain('  the group');
    expect(stderr).toContain('Yet "Developers" now shows the change.');
  });

  it('are deleted where a group of the person was deleted meanwhile', async () => {
    const { company, run } = await stage();
    company.instead['POST groups/update'] = (request) => {
      company.instead['POST groups/update'] = undefined;
      company.groups = company.groups.filter(({ name }) => name !== 'Developers');
      return status(404)(request);
    };
    const { code, stdout, stderr } = await run([...DJONES, '--keys', '--yes']);
    expect(code).toBe(7);
    expect(stdout).toContain('"Developers" was deleted meanwhile; nothing more was written.');
    expect(stdout).toContain(
      '\ndjones: removed from 1 group, already out of 1 group, 1 API key deleted.\n',
    );
    expect(stdout).not.toContain('  the group');
    expect(stderr).not.toContain('Did you mean');
  });

  it('that the server deletes through no call are no reason to check the URL', async () => {
    const { company, run } = await stage();
    company.instead['POST api-keys/delete'] = status(404);
    const result = await run([...DJONES, '--keys', '--yes']);
    expect(result.code).toBe(7);
    expect(result.stderr).toContain(
      '\nHint: This server does not delete API keys through its API, or the key is gone already: look at the API keys on the server.\n',
    );
  });

  it('come out nowhere, however much is said', async () => {
    const { user, run } = await stage();
    let said = '';
    for (const options of [
      ['--dry-run', '--verbose', '--show-body'],
      ['--yes', '--keys', '--verbose', '--show-body'],
      ['--yes', '--keys', '--verbose', '--show-body', '--json'],
    ]) {
      const { stdout, stderr } = await run([...DJONES, ...options]);
      said += stdout + stderr;
    }
    said += JSON.stringify(journals(user));
    expect(said).toContain('Promote Packages');
    expect(said).toContain('api-keys/list');
    expect(said).not.toContain(SECRET);
    expect(said).not.toContain('S3CR3T');
  });
});
