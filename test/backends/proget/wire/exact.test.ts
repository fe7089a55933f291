import { http, HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { inexactProperty } from '../../../../src/backends/proget/wire/exact.ts';
import { cli } from '../../../helpers/cli.ts';
import { inTurn } from '../../../helpers/proget.ts';
import { serve, type TestServer } from '../../../helpers/server.ts';

const MEMBERS = ['security', 'groups', 'members'];
const NAME = '--name=Developers';

/** A server that sends its groups as this text, with one group before ours. */
async function sends(properties: string, writes = true): Promise<TestServer> {
  const other = '{"name":"QA","id":9007199254740993,"users":[]}';
  let users = '["djones"]';
  const write = (): Response => {
    users = '["djones","jsmith"]';
    return new HttpResponse(null);
  };
  return await serve(
    http.get('*/api/security/users/list', () =>
      HttpResponse.json([{ name: 'djones' }, { name: 'jsmith' }]),
    ),
    http.get(
      '*/api/security/groups/list',
      () => new HttpResponse(`[${other},{"name":"Developers",${properties},"users":${users}}]`),
    ),
    ...(writes ? [inTurn('post', 'groups/update', write)] : []),
  );
}

describe('a group whose properties a write would change', () => {
  it.each([
    ['"id":9007199254740993', 'id', 'is the number 9007199254740993, which would change'],
    ['"limit":1e400', 'limit', 'is the number 1e400, which would change'],
    ['"a":{"b":[0,{"c":-0}]}', 'a.b[1].c', 'is the number -0, which would change'],
    ['"tiny":1e-400', 'tiny', 'is the number 1e-400, which would change'],
    ['"id":1,"\\u0069d":2', 'id', 'occurs twice'],
    ['"name":"Developers"', 'name', 'occurs twice'],
    ['"__proto__":1,"__proto__":2', '__proto__', 'occurs twice'],
  ])('is refused before the write and named: %#', async (properties, property, why) => {
    const server = await sends(properties, false);
    const user = cli();
    for (const more of [[], ['--dry-run']]) {
      const argv = [...MEMBERS, 'add', NAME, '--member=jsmith', `--source=${server.url}`, ...more];
      expect(await user.run(argv)).toEqual({
        code: 8,
        stdout: '',
        stderr: `groupctl: The group "Developers" cannot be written back as it was read: its property "${property}" ${why}.\nHint: Change the members of this group on the server itself.\n`,
      });
    }
    expect(server.writes()).toEqual([]);
    expect(await user.json(['history'])).toEqual([]);
  });

  it('can be read, and a change that is there already is no write', async () => {
    const server = await sends('"id":9007199254740993', false);
    const at = `--source=${server.url}`;
    const list = await cli().run([...MEMBERS, 'list', NAME, at]);
    expect(list).toEqual({ code: 0, stdout: 'djones\n', stderr: '' });
    const { code } = await cli().run([...MEMBERS, 'add', NAME, '--member=djones', at]);
    expect(code).toBe(0);
  });
});

it('properties that survive are sent back with the value they were read with', async () => {
  const properties =
    '"id":9007199254740991,"x":1.0,"y":1.50e2,"big":9007199254740992,"__proto__":{"__proto__":1},"half":"\\ud800","n":null,"2":"b","1":"a","quote":"\\\\\\""';
  const server = await sends(properties);
  await cli().run([...MEMBERS, 'add', NAME, '--member=jsmith', `--source=${server.url}`]);
  const [sent = ''] = server.received
    .filter(({ path }) => path.endsWith('groups/update'))
    .map(({ body }) => body);
  const read = JSON.parse(
    `{"name":"Developers",${properties},"users":["djones","jsmith"]}`,
  ) as object;
  expect(JSON.parse(sent)).toEqual(read);
  expect(sent).toContain('"__proto__":{"__proto__":1}');
});

describe('the property that would change', () => {
  it.each<[string, number, string | undefined]>([
    ['[]', 0, undefined],
    ['[ { "a" : [ ] , "b" : { } , "n" : 12345678901234567890 } ]', 0, 'n'],
    ['[{"n":1e999},{"a":{"b":1},"c":{"b":1}},{"n":1e999}]', 1, undefined],
    ['[{"q":"a\\"1e999","w\\\\":1,"e":"\\\\"},{"n":1e999}]', 0, undefined],
    ['[{"m":0.1000000000000000055511151231257827}]', 0, 'm'],
    ['[{"m":[0.1,0,0e5,100e-2,123456789012345680000,1E+2,-12.50]}]', 0, undefined],
    ['[{"m":[[1],[2,[3,1e309]]]}]', 0, 'm[1][1][1]'],
  ])('%s at %i: %s', (json, element, property) => {
    expect(inexactProperty(json, element)?.property).toBe(property);
  });

  it('is found in a moment, however long a number is', () => {
    expect(inexactProperty(`[{"m":1.${'0'.repeat(500_000)}1}]`, 0)?.property).toBe('m');
  });
});
