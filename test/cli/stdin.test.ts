import { describe, expect, it } from 'vitest';
import { cli, type CliOptions } from '../helpers/cli.ts';

const DUMB: CliOptions = { tty: true, env: { TERM: 'dumb' } };
const EDIT = ['sources', 'edit', 'prod'];
const CREATE = ['security', 'users', 'create', '--username=zz', '--source=https://a.example'];
const CHANGE = ['security', 'users', 'edit', '--username=zz', '--source=https://a.example'];

async function withSource() {
  const user = cli();
  await user.run([
    'sources',
    'add',
    '--name=prod',
    '--url=https://a.example',
    '--api-key=abc12345',
  ]);
  return user;
}

describe('a secret on a terminal that shows what is typed', () => {
  it.each([
    ['--api-key-stdin', [...EDIT, '--api-key-stdin'], DUMB],
    ['--api-key-stdin', [...EDIT, '--api-key-stdin'], {}],
    ['--client-secret-stdin', [...EDIT, '--client-id=x', '--client-secret-stdin'], DUMB],
    ['--password=-', [...EDIT, '--username=jane', '--password=-'], DUMB],
    ['--password', CREATE, DUMB],
    ['--password', [...CREATE, '--password=-'], DUMB],
    ['--password', [...CHANGE, '--password=-'], DUMB],
    ['--password', CREATE, {}],
  ])('is not read for %s: 2 (%j)', async (option, argv, options) => {
    const user = await withSource();
    expect(await user.run(argv, options)).toEqual({
      code: 2,
      stdout: '',
      stderr: `groupctl: groupctl cannot hide what you type on this terminal, and ${option} reads a secret. Give it on standard input, from a file (< secret.txt) or a pipe.\n`,
    });
  });

  it.each([[CREATE], [CHANGE]])('is asked for where it can be hidden: %j', async (argv) => {
    const user = await withSource();
    const answers = ['hunter22', 'other', 'hunter22', 'other', 'hunter22', 'other'];
    const { code, stderr } = await user.run([...argv, '--password=-'], { tty: true, answers });
    expect(code).toBe(2);
    expect(stderr).toBe(
      `${'Password for zz: \nThe same again: \nThe passwords are not the same.\n'.repeat(3)}groupctl: The passwords were not the same.\n`,
    );
  });
});
