import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cli } from '../../helpers/cli.ts';

const KEY = 'abc12345';

async function withSource() {
  const user = cli();
  const url = '--url=https://a.example/';
  await user.run(['sources', 'add', '--name=prod', url, `--api-key=${KEY}`, '--feed=npm']);
  const stored = {
    name: 'prod',
    kind: 'proget',
    url: 'https://a.example/',
    auth: 'api-key',
    feed: 'npm',
  };
  return { user, stored };
}

describe('sources show', () => {
  it('prints one source without its secrets', async () => {
    const { user, stored } = await withSource();
    expect(await user.json(['sources', 'show', 'PROD'])).toEqual(stored);
    const { code, stdout } = await user.run(['sources', 'show', 'prod']);
    expect(code).toBe(0);
    expect(stdout).toContain('https://a.example/');
    expect(stdout).not.toContain(KEY);
  });

  it.each([['sandbox'], ['SANDBOX:infisical'], ['us']])(
    'says that %s is built in: 4',
    async (name) => {
      const { user } = await withSource();
      const stderr = `groupctl: "${name.toLowerCase()}" is built in and not a saved source.\nHint: Commands that talk to a server take it as --source=${name.toLowerCase()}.\n`;
      for (const argv of [
        ['show', name],
        ['edit', name, '--settle=1'],
        ['rename', name, '--to=x'],
        ['default', name],
      ]) {
        expect(await user.run(['sources', ...argv])).toEqual({ code: 4, stdout: '', stderr });
      }
    },
  );

  it('names the nearest source where there is none: 4', async () => {
    const { user } = await withSource();
    expect(await user.run(['sources', 'show', 'prud'])).toEqual({
      code: 4,
      stdout: '',
      stderr: 'groupctl: There is no source named "prud".\nHint: Did you mean prod?\n',
    });
  });
});

describe('the name of a source', () => {
  it.each(['show', 'edit', 'rename', 'default', 'remove', 'test'])(
    'is a word or --name of sources %s, and not both',
    async (verb) => {
      const more = { edit: ['--settle=5'], rename: ['--to=PROD'] }[verb] ?? [];
      const runs = [];
      for (const name of ['prod', '--name=prod']) {
        const { user } = await withSource();
        runs.push(await user.run(['sources', verb, name, ...more]));
        const both = await user.run(['sources', verb, 'prod', '--name=prod', ...more]);
        expect(both.stderr).toBe(
          'groupctl: NAME and --name are both given. Use one or the other.\n',
        );
      }
      expect(runs[0]).toEqual(runs[1]);
      expect(runs[0]?.code).toBe(verb === 'test' ? 6 : 0);
    },
  );
});

describe('sources edit', () => {
  it('removes an optional setting with none', async () => {
    const { user, stored } = await withSource();
    const { feed, ...rest } = stored;
    await user.run(['sources', 'edit', 'prod', '--self=lchen']);
    expect(await user.json(['sources', 'show', 'prod'])).toEqual({ ...rest, feed, self: 'lchen' });
    expect((await user.run(['sources', 'show', 'prod'])).stdout).toContain(', own account lchen)');
    for (const option of ['--self', '--feed', '--ca-file', '--shared-store']) {
      expect((await user.run(['sources', 'edit', 'prod', `${option}=None`])).code).toBe(0);
    }
    expect(await user.json(['sources', 'show', 'prod'])).toEqual(rest);
  });

  it('changes one field and keeps the key and the others', async () => {
    const { user, stored } = await withSource();
    expect(await user.run(['sources', 'edit', 'prod', '--settle=500'])).toEqual({
      code: 0,
      stdout: 'Changed the source prod (https://a.example/).\n',
      stderr: '',
    });
    expect(await user.json(['sources', 'show', 'prod'])).toEqual({ ...stored, settle: 500 });
    expect(await user.json(['sources', 'edit', 'prod', '--no-user-check'])).toEqual({
      source: { ...stored, settle: 500, userCheck: false },
    });
    expect(await user.json(['sources', 'edit', 'prod', '--url=https://a.example/sub'])).toEqual({
      source: { ...stored, url: 'https://a.example/sub/', settle: 500, userCheck: false },
    });
  });

  it.each([
    ['another host', ['--url=https://b.example/']],
    ['another scheme', ['--url=http://a.example/']],
    ['another port', ['--url=https://a.example:8443/']],
    ['another kind', ['--kind=infisical']],
  ])('sends no key to %s without being asked to: 2', async (_, options) => {
    const { user, stored } = await withSource();
    const result = await user.run(['sources', 'edit', 'prod', ...options]);
    expect(result).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'groupctl: The credentials of the source "prod" are for a ProGet server at https://a.example/. Give new credentials, or add --keep-key to keep them for the other server. Nothing was written.\n',
    });
    expect(await user.json(['sources', 'show', 'prod'])).toEqual(stored);
    for (const more of [['--keep-key'], ['--api-key=other123']]) {
      expect((await user.run(['sources', 'edit', 'prod', ...options, ...more])).code).toBe(0);
    }
  });

  it.each<[string, (stored: object) => object[]]>([
    ['edited', (stored) => [{ ...stored, self: 'boss' }]],
    ['renamed', (stored) => [{ ...stored, name: 'live' }]],
    ['removed', () => []],
  ])('saves nothing in a source that was %s meanwhile: 2', async (_, change) => {
    const { user } = await withSource();
    const file = join(user.config, 'config.json');
    const { sources } = JSON.parse(readFileSync(file, 'utf8')) as { sources: [object] };
    const other = JSON.stringify({ sources: change(sources[0]) });
    // The new key is read back from the keyring before the file is written.
    class Slow extends Map<string, string> {
      override get(entry: string) {
        writeFileSync(file, other);
        return super.get(entry);
      }
    }
    const keyring = new Slow();
    const argv = ['sources', 'edit', 'prod', '--api-key=new12345', '--key-storage=keyring'];
    expect(await user.run(argv, { keyring })).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'groupctl: Another groupctl has changed or removed the source "prod" in the meantime. This change was not saved.\nHint: See: groupctl sources list\n',
    });
    expect(keyring.size).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe(other);
  });

  it('refuses to change nothing: 2', async () => {
    const { user } = await withSource();
    expect(await user.run(['sources', 'edit', 'prod'])).toMatchObject({
      code: 2,
      stderr:
        'groupctl: Nothing to change in the source "prod". See: groupctl sources edit --help\n',
    });
  });
});

describe('sources rename', () => {
  it('keeps the place and the key, and the default follows', async () => {
    const { user, stored } = await withSource();
    await user.run(['sources', 'add', '--name=other', '--url=https://b.example/']);
    await user.run(['sources', 'default', 'prod']);
    expect(await user.run(['sources', 'rename', 'prod', '--to=live'])).toEqual({
      code: 0,
      stdout: 'Renamed the source prod to live.\n',
      stderr: '',
    });
    const names = (await user.json(['sources', 'list'])) as { name: string }[];
    expect(names.map(({ name }) => name)).toEqual(['live', 'other']);
    expect(await user.json(['sources', 'show', 'live'])).toEqual({ ...stored, name: 'live' });
    expect((await user.run(['sources', 'default'])).stdout).toBe('live\n');
  });

  it('may change the case of a name, and takes no name of another source or of groupctl: 2', async () => {
    const { user } = await withSource();
    await user.run(['sources', 'add', '--name=other', '--url=https://b.example/']);
    expect((await user.run(['sources', 'rename', 'prod', '--to=PROD'])).code).toBe(0);
    for (const to of ['OTHER', 'sandbox', 'https://x.example/', ' x', 'x ']) {
      expect((await user.run(['sources', 'rename', 'prod', `--to=${to}`])).code).toBe(2);
    }
  });
});

describe('sources default', () => {
  it('chooses the source of commands without --source', async () => {
    const { user } = await withSource();
    expect(await user.run(['sources', 'default'])).toMatchObject({ code: 4, stdout: '' });
    expect(await user.run(['sources', 'default', 'PROD'])).toEqual({
      code: 0,
      stdout: 'Commands without --source now use prod.\n',
      stderr: '',
    });
    expect(await user.json(['sources', 'default'])).toEqual({ name: 'prod', changed: false });
  });

  it('comes after --source and the variables, and before the source named Default', async () => {
    const user = cli();
    const add = async (name: string, url: string) =>
      await user.run(['sources', 'add', `--name=${name}`, `--url=${url}`, '--api-key=abc12345']);
    await add('Default', 'http://127.0.0.1:1/');
    await add('second', 'http://127.0.0.1:2/');
    const asked = async (env = {}, ...more: string[]) =>
      (await user.run(['health', ...more], { env })).stderr.match(/127\.0\.0\.1:\d/)?.[0];
    expect(await asked()).toBe('127.0.0.1:1');
    await user.run(['sources', 'default', 'second']);
    expect(await asked()).toBe('127.0.0.1:2');
    expect(await asked({}, '--source=Default')).toBe('127.0.0.1:1');
    expect(await asked({ GROUPCTL_SOURCE: 'Default' })).toBe('127.0.0.1:1');
    expect(await asked({ GROUPCTL_URL: 'http://127.0.0.1:3/' })).toBe('127.0.0.1:3');
    await user.run(['sources', 'remove', '--name=second']);
    expect(await asked()).toBe('127.0.0.1:1');
  });
});
