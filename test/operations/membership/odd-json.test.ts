import { describe, expect, it } from 'vitest';
import { add } from './odd-stage.ts';

/** JSON as directories and programs write it. */

describe('JSON', () => {
  it.each([
    ['one object a line', '{"username":"jsmith"}\n{"username":"djones"}\n'],
    [
      'one object a line, with blank lines',
      '\r\n{"username":"jsmith"}\r\n\r\n{"username":"djones"}',
    ],
    [
      'an answer of a directory',
      '{"@odata.context":"x","value":[{"userPrincipalName":"jsmith"},\n{"userPrincipalName":"djones"}]}',
    ],
    [
      'of az ad group member list',
      '[{"displayName":"John Smith","mail":null,"userPrincipalName":"jsmith","id":"1"},{"displayName":"D","userPrincipalName":"djones","id":"2"}]',
    ],
  ])('is read: %s', async (_, content) => {
    expect(await add(content)).toMatchObject({ code: 0, members: ['jsmith', 'djones'] });
  });

  it('of a single object is read, as PowerShell writes a list of one', async () => {
    expect(await add('{\n  "SamAccountName": "jsmith",\n  "Name": "John Smith"\n}')).toMatchObject({
      code: 0,
      members: ['jsmith'],
    });
  });

  it('of a group is no member', async () => {
    const { code, stderr } = await add('{"name":"Administrators","users":["jsmith"]}');
    expect(code).toBe(2);
    expect(stderr).toContain('must be a JSON array of names or objects');
  });

  it.each([
    ['[{"user":{"login":"jsmith"},"name":"djones"}]', 'user.login'],
    ['[{"name":"djones","profile":{"login":"jsmith"}}]', 'profile.login'],
    ['[{"name":"djones","identities":[{"username":"jsmith"}]}]', 'identities.username'],
    ['[{"name":"djones","users":["jsmith"]}]', 'users'],
  ])('with the login elsewhere is refused: %j', async (content, login) => {
    expect(await add(content)).toEqual({
      code: 2,
      stderr: `groupctl: team.csv, line 1: name is what somebody may be called, and the login may be in ${login}. Write an array of the logins, or use --column=name. Nothing was written.\n`,
      members: [],
    });
    expect(await add(content, '--column=name')).toMatchObject({ members: ['djones'] });
  });

  it.each([
    ['[{"user":"jsmith",\n"user":"djones"}]', 2, 'user'],
    ['{"user":"jsmith"}\n{"user":"djones","us\\u0065r":"jsmith"}', 2, 'user'],
    ['{"value":[],\n"value":["jsmith"]}', 2, 'value'],
  ])('with a key that is there twice is refused: %j', async (content, line, key) => {
    expect(await add(content)).toEqual({
      code: 2,
      stderr: `groupctl: team.csv, line ${line}: one object has the key ${key} twice. Delete or rename one of them. Nothing was written.\n`,
      members: [],
    });
  });

  it('says the line of what is wrong in any of these', async () => {
    for (const [content, line] of [
      ['{"username":"jsmith"}\n{"username":7}\n', 2],
      ['{"x":[1],"value":["jsmith",\n"1.16E+20"]}', 2],
      ['{"username":"jsmith"}\n{"username":\n', 2],
    ] as const) {
      expect((await add(content)).stderr).toContain(`team.csv, line ${line}: `);
    }
  });

  it('of one page of several is refused: the others would be removed', async () => {
    const page = '{"@odata.nextLink":"https://x/?$skip=100","value":["jsmith"]}';
    expect(await add(page)).toEqual({
      code: 2,
      stderr:
        'groupctl: team.csv is one page of a list, and more follow (@odata.nextLink). Fetch all pages, and put them into one array. Nothing was written.\n',
      members: [],
    });
  });
});

describe('a page of a JSON list', () => {
  it.each([
    ['"next":"https://x"', 'and more follow (next)'],
    ['"nextPageToken":"x"', 'and more follow (nextPageToken)'],
    ['"hasMore":true', 'and more follow (hasMore)'],
    ['"isLastPage":false', 'and more follow (isLastPage)'],
    ['"paging":{"next":"https://x"}', 'and more follow (next)'],
    ['"@odata.count":500', 'with 1 of 500 entries (@odata.count)'],
    ['"totalCount":"2"', 'with 1 of 2 entries (totalCount)'],
    ['"meta":{"totalResults":2}', 'with 1 of 2 entries (totalResults)'],
  ])('is refused by its %s', async (key, why) => {
    expect(await add(`{${key},"value":["jsmith"]}`)).toEqual({
      code: 2,
      stderr: `groupctl: team.csv is one page of a list, ${why}. Fetch all pages, and put them into one array. Nothing was written.\n`,
      members: [],
    });
  });

  it.each([
    '"next":null',
    '"nextPageToken":""',
    '"hasMore":false',
    '"@odata.count":1',
    '"total":1',
  ])('that is the last one is read, with %s', async (key) => {
    expect(await add(`{${key},"value":["jsmith"]}`)).toMatchObject({ members: ['jsmith'] });
  });
});
