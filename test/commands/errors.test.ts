import { gzipSync } from 'node:zlib';

import { describe, expect, it } from 'vitest';
import { cli } from '../helpers/cli.ts';
import { fakeProget, groupsOf, inTurn, status, type Turn } from '../helpers/proget.ts';
import { serve, type TestServer } from '../helpers/server.ts';
import { at, jsonError, LIST } from './helpers.ts';

import { ANSWERS, HINTS, raw, TRACE } from './error-answers.ts';

const LIST_ALL = ['security', 'groups', 'list'];

const listed = async (turn: Turn): Promise<TestServer> =>
  await serve(inTurn('get', 'groups/list', turn));

describe('an answer that is', () => {
  it.each(ANSWERS)('$what: $error, exit $code', async ({ turn, code, error, message, body }) => {
    const server = await listed(turn);
    const where = server.url.slice(0, -1);
    const hint = HINTS[error];
    const said = message.replace('@', where);
    const human = await cli().run([...LIST_ALL, ...at(server)]);

    const line = said.replaceAll('\u001b', '\\u{1B}');
    expect(human).toEqual({ code, stdout: '', stderr: `groupctl: ${line}\nHint: ${hint}\n` });
    const json = await cli().run([...LIST_ALL, '--json', ...at(server)]);
    expect([json.code, json.stdout]).toEqual([code, '']);
    expect(json.stderr.trimEnd().split('\n')).toHaveLength(1);
    const document = jsonError(json.stderr);
    expect(document).toMatchObject({
      code: error,
      message: said,
      hint,
      source: server.url,
      exitCode: code,
    });
    expect(document['body']).toBe(body);
  });

  it('404 from the list of users is no error of its own; a wrong base URL is 2', async () => {
    const server = await listed(status(404, 'Not here'));
    const result = await cli().run([...LIST, '--name=x', ...at(server)]);
    expect(result.code).toBe(2);
  });

  it('gzip is unpacked', async () => {
    const body = gzipSync(JSON.stringify([{ name: 'Zoë', users: [] }]));
    const server = await listed(raw(body, { 'content-encoding': 'gzip' }));
    expect((await cli().run([...LIST_ALL, ...at(server)])).stdout).toBe('Zoë (members: 0)\n');
    expect(server.received[0]?.headers['accept-encoding']).toBe('gzip');
  });

  it('JSON with a byte order mark and a strange type is read', async () => {
    const server = await listed(raw('\ufeff[{"name":"QA"}]', { 'content-type': 'text/plain' }));
    expect((await cli().run([...LIST_ALL, ...at(server)])).stdout).toBe('QA (members: )\n');
  });
});

describe('what an error shows', () => {
  it('is the first line of a 500, and all of it with --verbose', async () => {
    const server = await listed(status(500, `\n${TRACE}\u001b[2J`));
    const brief = await cli().run([...LIST_ALL, ...at(server)]);
    expect(brief.stderr).not.toContain('Inedo');
    const whole = await cli().run([...LIST_ALL, '--verbose', ...at(server)]);
    expect(whole.stderr).toContain(`\n${TRACE}\\u{1B}[2J\n`);
    const json = await cli().run([...LIST_ALL, '--json', ...at(server)]);
    expect(jsonError(json.stderr)['body']).toBe('Object reference not set.');
    const more = await cli().run([...LIST_ALL, '--json', '--verbose', ...at(server)]);
    expect(jsonError(more.stderr)['body']).toBe(`\n${TRACE}\u001b[2J`);
  });

  it('is one sentence where people read on in the hint', async () => {
    const argv = [...LIST_ALL, '--api-key', 'abc12345', '--api-key-stdin'];
    const human = await cli().run([...argv, '--source=http://127.0.0.1:9/']);
    expect(human).toEqual({
      code: 2,
      stdout: '',
      stderr: 'groupctl: --api-key and --api-key-stdin are both given. Use one or the other.\n',
    });
    const json = await cli().run([...argv, '--json', '--source=http://127.0.0.1:9/']);
    expect([json.code, json.stdout]).toEqual([2, '']);
    expect(jsonError(json.stderr)).toMatchObject({
      message: '--api-key and --api-key-stdin are both given.',
      hint: 'Use one or the other.',
    });
  });

  it('is the same for an error of a row', async () => {
    const state = fakeProget();
    const server = await serve(
      inTurn('get', 'groups/list', groupsOf(state)),
      inTurn('post', 'groups/update', status(500, TRACE)),
    );
    const argv = ['security', 'groups', 'members', 'add', '--member=x', '--name=Developers'];
    const add = [...argv, '--no-user-check', '--json', ...at(server)];
    const brief = await cli().run(add);
    expect(brief.stdout + brief.stderr).not.toContain('Inedo');
    expect(jsonError(brief.stderr)).toMatchObject({ status: 500, exitCode: 1 });
    const more = await cli().run([...add, '--verbose']);
    expect(jsonError(more.stderr)['body']).toBe(TRACE);
  });

  it('has the request, the version and the edition that the server names', async () => {
    const headers = {
      'x-request-id': 'r-17',
      'x-proget-version': '25.0.9',
      'x-proget-edition': 'Free',
    };
    const server = await listed(status(400, 'No', headers));
    const human = await cli().run([...LIST_ALL, ...at(server)]);
    expect(human.stderr.split('\n')[2]).toBe('Request: r-17');
    const json = await cli().run([...LIST_ALL, '--json', ...at(server)]);
    expect(jsonError(json.stderr)).toMatchObject({
      requestId: 'r-17',
      status: 400,
      details: { version: '25.0.9', edition: 'Free' },
    });
  });

  it('is at most 64 KiB of the body and 300 characters of its first line', async () => {
    const server = await listed(status(400, 'x'.repeat(70_000)));
    const json = await cli().run([...LIST_ALL, '--json', ...at(server)]);
    expect(String(jsonError(json.stderr)['body'])).toHaveLength(65_536);
    expect(String(jsonError(json.stderr)['message'])).toMatch(/: x{300}…$/);
  });

  it('is each body as it came with --show-body', async () => {
    const server = await listed(raw('[ {"name":"QA"} ]'));
    const result = await cli().run([...LIST_ALL, '--show-body', ...at(server)]);
    expect(result).toEqual({ code: 0, stdout: 'QA (members: )\n', stderr: '[ {"name":"QA"} ]\n' });
  });
});
