import { HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { jsonError } from '../../../commands/helpers.ts';
import { addSource, Company, DJONES, mapFile, OFFBOARD, twoSources, writesOf } from './stage.ts';

/** What an offboarding exits with (design section 4). */

const ALL = [...DJONES, '--all-sources'];

describe('a source on which nothing is to be done', () => {
  /** A group that the server lets nobody change. */
  function closed(company: Company): void {
    company.groups = [{ name: 'OIDC', users: ['djones', 'lchen'] }];
    company.instead['POST groups/update'] = () =>
      new HttpResponse('managed elsewhere', { status: 400 });
  }

  it('makes no partial success of what was refused: the map leaves it out', async () => {
    const { user, companies } = await twoSources();
    closed(companies[0]);
    const map = mapFile('one,two\ndjones,\n');
    const result = await user.run([...ALL, `--map=${map}`, '--yes', '--json']);
    expect(result.code).toBe(5);
    expect(jsonError(result.stderr)).toMatchObject({ code: 'http-400', source: 'one' });
    expect(jsonError(result.stderr)['message']).toMatch(
      / refused the request \(400 on .*managed elsewhere/,
    );
  });

  it('makes no partial success of what was refused: somebody else is called so there', async () => {
    const { user, companies } = await twoSources();
    closed(companies[0]);
    const result = await user.run(ALL, { tty: true, answers: [true, false, true] });
    expect(result.code).toBe(5);
    expect(result.stderr).not.toContain('steps could not be done');
  });

  it('makes no partial success of sources that were not reached', async () => {
    const { user, companies } = await twoSources();
    for (const name of ['three', 'four']) {
      await addSource(user, name, (await new Company().serve()).url);
    }
    for (const company of companies) {
      company.instead['GET users/list'] = () => new HttpResponse(null, { status: 403 });
    }
    const map = mapFile('one,two,three,four\ndjones,djones,,\n');
    const result = await user.run([...ALL, `--map=${map}`, '--yes', '--json']);
    expect(result).toMatchObject({ code: 3, stdout: '' });
    expect(jsonError(result.stderr)['message']).toMatch(/^2 of 2 sources could not be asked\. /);
  });

  it('makes no partial success of another that was not reached', async () => {
    const { user, one } = await twoSources();
    await user.run(['sources', 'remove', '--name=two']);
    await addSource(user, 'lost', 'http://127.0.0.1:9/');
    const map = mapFile('one,lost\njsmith,jsmith\n');
    const who = [...OFFBOARD, '--member=jsmith', '--all-sources', `--map=${map}`, '--yes'];
    const result = await user.run([...who, '--json']);
    expect(result.code).toBe(6);
    expect(jsonError(result.stderr)).toMatchObject({ source: 'lost', exitCode: 6 });
    expect(writesOf(one)).toEqual([]);
  });
});
