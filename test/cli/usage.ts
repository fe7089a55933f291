import { expect } from 'vitest';
import { cli } from '../helpers/cli.ts';

/** The one line of a usage error, without the program's name and the line end. */
export async function usage(...argv: string[]): Promise<string> {
  const { code, stdout, stderr } = await cli().run(argv);
  expect({ code, stdout, lines: stderr.split('\n').length }).toEqual({
    code: 2,
    stdout: '',
    lines: 2,
  });
  expect(stderr).toMatch(/^groupctl: .+\n$/);
  return stderr.slice('groupctl: '.length, -1);
}
