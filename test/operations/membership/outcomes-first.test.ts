import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { http, HttpResponse } from 'msw';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { GroupctlError } from '../../../src/errors.ts';
import { FileJournal } from '../../../src/state/journal/journal.ts';
import { FakeInfisical, TOKEN } from '../../backends/infisical/fake.ts';
import { cli, type CliResult, temporaryFolder } from '../../helpers/cli.ts';
import {
  applied,
  deleteGroup,
  type FakeProget,
  fakeProget,
  inTurn,
  listGroups,
  listPermissions,
  listUsers,
  type Turn,
} from '../../helpers/proget.ts';
import { serve } from '../../helpers/server.ts';
import { ADD, at, GROUP_COMMANDS, jsonError, MEMBERS } from '../../commands/helpers.ts';

/** Whatever fails after a write: the outcomes are printed first, then what failed. */

const UNKNOWN = 'There is no user named "nobody".';

function names(folder: string): string {
  const path = join(folder, 'names.txt');
  writeFileSync(path, 'jsmith\nnobody\n');
  return path;
}

/** The write is done, and the folder of the failures is a file when it is answered. */
const applyAndBlock =
  (state: FakeProget, folder: string): Turn =>
  async (request) => {
    rmSync(folder, { recursive: true });
    writeFileSync(folder, '');
    return await applied(state)(request);
  };

async function runWithFailures(verb: readonly string[], ...more: string[]): Promise<CliResult> {
  const folder = temporaryFolder();
  const gone = join(folder, 'gone');
  mkdirSync(gone);
  const state = fakeProget();
  const server = await serve(
    listUsers(state),
    listGroups(state),
    inTurn('post', 'groups/update', applyAndBlock(state, gone)),
  );
  const failures = `--failures=${join(gone, 'failed.txt')}`;
  const file = `--file=${names(folder)}`;
  const argv = [...MEMBERS, ...verb, '--name=Developers', file, failures, '--skip-unknown'];
  const result = await cli().run([...argv, ...more, ...at(server)]);
  expect(state.groups[0]?.users).toContain('jsmith');
  return result;
}

describe('a file of --failures that cannot be written at the end', () => {
  it('leaves the outcomes of "members add" on standard output: 7', async () => {
    const { code, stdout, stderr } = await runWithFailures(['add']);
    expect(code).toBe(7);
    expect(stdout).toContain('Added jsmith to Developers.\n');
    expect(stdout).toContain('Developers: 1 added, 1 not found.\n');
    expect(stderr).toContain(`${UNKNOWN} The failures cannot be written to `);
  });

  it('is its own code under --json', async () => {
    const { code, stdout, stderr } = await runWithFailures(['add'], '--json');
    expect(code).toBe(7);
    expect(JSON.parse(stdout)).toMatchObject({ summary: { added: 1, noSuchUser: 1 } });
    const error = jsonError(stderr);
    expect(error).toMatchObject({ code: 'failures-not-saved', exitCode: 7 });
    expect(error['details']).toMatchObject({ errno: 'ENOTDIR' });
  });

  it('leaves the outcomes of "members sync" on standard output: 7', async () => {
    const { code, stdout } = await runWithFailures(['sync'], '--add-only', '--yes');
    expect(code).toBe(7);
    expect(stdout).toContain('+ jsmith\n');
  });

  it.skipIf(process.platform !== 'linux')('keeps exit 4 when nothing was written', async () => {
    const state = fakeProget();
    const server = await serve(listUsers(state), listGroups(state));
    const file = `--file=${names(temporaryFolder())}`;
    const argv = [...ADD, '--name=Developers', file, '--failures=/dev/full'];
    const result = await cli().run([...argv, ...at(server)]);
    expect([result.code, result.stdout]).toEqual([4, '']);
    expect(result.stderr).toContain(
      `${UNKNOWN} The failures cannot be written to /dev/full: the disk is full.\n`,
    );
  });

  it('is said with all done when an old file cannot be removed: 7', async () => {
    const gone = join(temporaryFolder(), 'gone');
    mkdirSync(gone);
    writeFileSync(join(gone, 'failed.txt'), '');
    const state = fakeProget();
    const update = inTurn('post', 'groups/update', applyAndBlock(state, gone));
    const server = await serve(listUsers(state), listGroups(state), update);
    const failures = `--failures=${join(gone, 'failed.txt')}`;
    const argv = [...ADD, '--name=Developers', '--member=jsmith', failures];
    const { code, stdout, stderr } = await cli().run([...argv, ...at(server)]);
    expect([code, stdout]).toEqual([7, 'Added jsmith to Developers.\n']);
    expect(stderr).toMatch(
      /^groupctl: All changes are done\. The failures of an earlier run cannot be removed from .*\nHint: /,
    );
  });

  it('that a row nested 200,000 deep cannot be written to leaves the outcomes: 7', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'deep.json');
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    const element = (user: string): string => `{"user":"${user}","note":${deep}}`;
    writeFileSync(path, `[${element('jsmith')},${element('nobody')}]`);
    const state = fakeProget();
    const server = await serve(
      listUsers(state),
      listGroups(state),
      inTurn('post', 'groups/update', applied(state)),
    );
    const files = [`--file=${path}`, `--failures=${join(folder, 'failed.json')}`];
    const argv = [...ADD, '--name=Developers', '--skip-unknown', ...files];
    const { code, stdout, stderr } = await cli().run([...argv, ...at(server)]);
    expect(code).toBe(7);
    expect(stdout).toContain('Added jsmith to Developers.\n');
    expect(stderr).toContain('failed.json: a row is nested too deep.\n');
  });
});

describe('an answer that is nested 200,000 deep', () => {
  it('is the failure of its row, and not of the run', async () => {
    const fake = new FakeInfisical();
    for (const username of ['a', 'b']) fake.addUsers(1, () => ({ username }));
    fake.addGroup('QA', []);
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    const body = `{"error":"Bad","message":${deep},"details":{"missingPermissions":[${deep}]}}`;
    const headers = { 'content-type': 'application/json' };
    const refuse = http.post('*/users/b', () => new HttpResponse(body, { status: 400, headers }));
    const server = await serve(refuse, fake.handler());
    const source = [`--source=${server.url}`, '--kind=infisical', `--api-key=${TOKEN}`];
    const argv = [...ADD, '--name=QA', '--member=a', '--member=b', '--json'];
    const { code, stdout } = await cli().run([...argv, ...source]);
    expect(code).toBe(7);
    expect(JSON.parse(stdout)).toMatchObject({ summary: { added: 1, refused: 1 } });
  });
});

describe('a group with a property nested 200,000 deep', () => {
  it('is not written to, and nothing is called in doubt', async () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    const body = `[{"name":"Developers","users":["djones"],"note":${deep}}]`;
    const headers = { 'content-type': 'application/json' };
    const list = http.get('*/groups/list', () => new HttpResponse(body, { headers }));
    const server = await serve(list);
    const argv = [...ADD, '--name=Developers', '--member=jsmith', '--no-user-check'];
    const result = await cli().run([...argv, ...at(server)]);
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toContain('The server sent JSON that nests more than 500 levels deep.');
    expect(server.calls().filter((call) => call.startsWith('POST'))).toEqual([]);
  });
});

describe('a record that is incomplete', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  const fail = (): void => {
    const lost = new GroupctlError('config', 'The journal is full.');
    vi.spyOn(FileJournal.prototype, 'failure', 'get').mockReturnValue(lost);
    vi.spyOn(FileJournal.prototype, 'intent').mockReturnValue(undefined);
  };

  it('is said after the group was deleted: 7', async () => {
    fail();
    const state = fakeProget();
    const server = await serve(listGroups(state), listPermissions(), deleteGroup(state));
    const argv = [...GROUP_COMMANDS, 'delete', '--name=Developers'];
    const result = await cli().run([...argv, ...at(server)]);
    expect(result.code).toBe(7);
    expect(result.stdout).toContain('Deleted');
    expect(result.stderr).toContain('the record of it is incomplete. The journal is full.');
  });

  it('is said of a run that failed in part as well', async () => {
    fail();
    const state = fakeProget(['djones']);
    const server = await serve(
      listUsers(state),
      listGroups(state),
      inTurn('post', 'groups/update', applied(state)),
    );
    const argv = [...ADD, '--name=Developers', '--member=jsmith', '--member=nobody'];
    const result = await cli().run([...argv, '--skip-unknown', ...at(server)]);
    expect(result.code).toBe(7);
    expect(result.stderr).toContain(
      `${UNKNOWN} The record of the run is incomplete. The journal is full.\n`,
    );
  });
});

describe('a fault of groupctl after a write', () => {
  it('leaves the outcomes on standard output, and exits 1', async () => {
    vi.spyOn(FileJournal.prototype, 'outcomes').mockImplementation((rows) => {
      if (rows.some(({ outcome }) => outcome === 'added')) throw new Error('a bug');
    });
    const state = fakeProget(['djones']);
    const update = inTurn('post', 'groups/update', applied(state));
    const server = await serve(listUsers(state), listGroups(state), update);
    const argv = [...ADD, '--name=Developers', '--member=jsmith', '--json'];
    const { code, stdout, stderr } = await cli().run([...argv, ...at(server)]);
    vi.restoreAllMocks();
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      outcomes: [{ member: 'jsmith', outcome: 'added' }],
    });
    expect(jsonError(stderr)).toMatchObject({ code: 'internal', exitCode: 1 });
  });
});
