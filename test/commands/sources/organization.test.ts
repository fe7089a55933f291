import { describe, expect, it, onTestFinished } from 'vitest';
import { SANDBOX_CLIENT } from '../../../src/sandbox/infisical/seed.ts';
import { startSandbox } from '../../../src/sandbox/server.ts';
import { cli, type CliOptions } from '../../helpers/cli.ts';

const LIST = ['security', 'groups', 'list', '--json'];
const LOGIN = [
  `--client-id=${SANDBOX_CLIENT.clientId}`,
  `--client-secret=${SANDBOX_CLIENT.clientSecret}`,
];
const SLUG = '--organization-slug=branch';

/** A server of 2026 with a sub-organization. */
async function serveInfisical(): Promise<string> {
  const sandbox = await startSandbox({ kind: 'infisical' });
  onTestFinished(() => sandbox.close());
  return `${sandbox.url}/`;
}

const BRANCH = ['Administrators', 'Branch team'];

function names(result: unknown): string[] {
  return (result as { name: string }[]).map(({ name }) => name).sort();
}

describe('a sub-organization', () => {
  it('is stored in the source, listed, and logged in to', async () => {
    const url = await serveInfisical();
    const user = cli();
    const add = ['sources', 'add', `--url=${url}`, '--kind=infisical', ...LOGIN, SLUG];
    expect(await user.json([...add, '--json'])).toMatchObject({
      source: { name: 'Default', organizationSlug: 'branch' },
    });
    expect(await user.json(['sources', 'list'])).toEqual([
      {
        name: 'Default',
        kind: 'infisical',
        url,
        auth: 'client',
        clientId: SANDBOX_CLIENT.clientId,
        organizationSlug: 'branch',
      },
    ]);
    expect((await user.run(['sources', 'list'])).stdout).toContain(', organization branch)');
    expect((await user.run(['sources', 'list', '--output=csv'])).stdout).toMatch(/,branch,,,\n$/);
    expect(names(await user.json(LIST))).toEqual(BRANCH);
  });

  it.each<[string, string[], CliOptions]>([
    ['the option', [SLUG], {}],
    ['the variable', [], { env: { GROUPCTL_ORGANIZATION_SLUG: 'branch' } }],
    ['the option before the variable', [SLUG], { env: { GROUPCTL_ORGANIZATION_SLUG: 'other' } }],
  ])('is chosen for a URL by %s', async (_, words, options) => {
    const url = await serveInfisical();
    const server = [`--source=${url}`, '--kind=infisical', ...LOGIN, ...words];
    expect(names(await cli().json([...LIST, ...server], options))).toEqual(BRANCH);
  });

  it('is left out of a URL where the variable is blank', async () => {
    const url = await serveInfisical();
    const server = [`--source=${url}`, '--kind=infisical', ...LOGIN];
    const env = { GROUPCTL_ORGANIZATION_SLUG: '  ' };
    expect(names(await cli().json([...LIST, ...server], { env }))).toContain('Engineers');
  });

  it('of a named source is its own: the variable has no say, an option has', async () => {
    const url = await serveInfisical();
    const user = cli();
    await user.run(['sources', 'add', `--url=${url}`, '--kind=infisical', ...LOGIN]);
    const env = { GROUPCTL_ORGANIZATION_SLUG: 'branch' };
    expect(names(await user.json(LIST, { env }))).toContain('Engineers');
    expect(names(await user.json([...LIST, SLUG]))).toEqual(BRANCH);
  });

  it('is no business of a ProGet server (exit 2), and its variable is not looked at there', async () => {
    const add = ['sources', 'add', '--url=https://a.example/', '--api-key=abc12345'];
    const refused = {
      code: 2,
      stdout: '',
      stderr: 'groupctl: A ProGet server has no organizations. Leave --organization-slug out.\n',
    };
    const user = cli();
    expect(await user.run([...add, SLUG])).toEqual(refused);
    expect(await user.json(['sources', 'list'])).toEqual([]);
    const list = ['security', 'groups', 'list', '--source=sandbox'];
    expect(await user.run([...list, SLUG])).toEqual(refused);
    const sandbox = await startSandbox({ kind: 'proget' });
    onTestFinished(() => sandbox.close());
    const env = {
      GROUPCTL_URL: sandbox.url,
      GROUPCTL_API_KEY: sandbox.apiKey,
      GROUPCTL_ORGANIZATION_SLUG: 'branch',
    };
    expect((await user.run(LIST, { env })).code).toBe(0);
  });

  it('does not go with a token, which has an organization already (exit 2)', async () => {
    const user = cli();
    const add = ['sources', 'add', '--url=us', '--api-key=token-1', SLUG];
    const list = ['security', 'groups', 'list', '--source=us', '--api-key=token-1', SLUG];
    for (const words of [add, list]) {
      const { code, stderr } = await user.run(words);
      expect(code).toBe(2);
      expect(stderr).toMatch(/^groupctl: A token belongs to one organization already, /);
    }
    const env = { GROUPCTL_API_KEY: 'token-1', GROUPCTL_ORGANIZATION_SLUG: 'branch' };
    expect((await user.run(['health', '--source=us'], { env })).code).toBe(2);
    expect(await user.json(['sources', 'list'])).toEqual([]);
  });

  it('that is not there, or not open to the identity, is exit 3 and named', async () => {
    const url = await serveInfisical();
    const server = [`--source=${url}`, '--kind=infisical', ...LOGIN];
    const { code, stderr } = await cli().run([
      ...['health', ...server],
      '--organization-slug=no-such-one',
    ]);
    expect(code).toBe(3);
    expect(stderr).toContain('has no sub-organization with the slug "no-such-one"');
    expect(stderr).not.toContain(SANDBOX_CLIENT.clientSecret);
  });

  it('that a server of 2024 would ignore stops the run (exit 8)', async () => {
    const sandbox = await startSandbox({ kind: 'infisical', generation: '2024-10' });
    onTestFinished(() => sandbox.close());
    const server = [`--source=${sandbox.url}`, '--kind=infisical', ...LOGIN, SLUG];
    const { code, stderr } = await cli().run([...LIST, ...server]);
    expect([code, JSON.parse(stderr)]).toMatchObject([
      8,
      { error: { code: 'organization-unknown', exitCode: 8 } },
    ]);
  });
});

describe('health', () => {
  it('shows the organization of the token, for people and in JSON', async () => {
    const user = cli();
    const health = ['health', '--source=sandbox:infisical', ...LOGIN, SLUG];
    const { stdout } = await user.run(health);
    expect(stdout).toContain(
      'organization: 5a4db0c5-0000-4000-8000-000000000003 (a sub-organization of 5a4db0c5-0000-4000-8000-000000000001)\n',
    );
    expect(await user.json(health)).toMatchObject({
      parts: [
        { name: 'server' },
        { name: 'signed in as' },
        { name: 'organization', status: '5a4db0c5-0000-4000-8000-000000000003' },
        { name: 'token' },
      ],
    });
  });
});
