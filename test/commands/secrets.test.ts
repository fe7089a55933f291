import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { http, HttpResponse, type RequestHandler } from 'msw';
import { describe, expect, it } from 'vitest';
import { type Cli, cli } from '../helpers/cli.ts';
import { fakeProget, groupsOf, inTurn, type Turn } from '../helpers/proget.ts';
import { serve } from '../helpers/server.ts';
import { ADD, GROUP_COMMANDS, jsonError, LIST, MEMBERS, REMOVE, standingClock } from './helpers.ts';

/** A key and a password that nothing else looks like, with what encodings make of them. */
const KEY = 'kEy/7f3+S3CR3T"\\q<\'=';
const PASSWORD = 'pÄss S3CR3T&%"w\\';

/** What the escapes of a framework make of each character that it does not leave as it is. */
const escaped = (secret: string, escape: (code: number) => string): string =>
  Array.from(secret, (each) =>
    /[0-9A-Za-z ]/.test(each) ? each : escape(each.charCodeAt(0)),
  ).join('');
const unicode = (code: number): string => `\\u${code.toString(16).padStart(4, '0')}`;
const NAMES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '"': '&quot;',
  "'": '&#39;',
  ä: '&auml;',
};

/** A secret as .NET, a page and an address write it. */
const dotNet = (secret: string): string =>
  escaped(secret, (code) => unicode(code).toUpperCase().replace('U', 'u'));
const named = (secret: string): string => secret.replace(/[&<"'ä]/g, (each) => NAMES[each] ?? each);
const decimal = (secret: string): string => escaped(secret, (code) => `&#${code};`);
const hexadecimal = (secret: string): string =>
  escaped(secret, (code) => `&#X${code.toString(16)};`);
const lowerPercent = (secret: string): string =>
  encodeURIComponent(secret).replace(/%../g, (each) => each.toLowerCase());
const basic = (secret: string): string => Buffer.from(`api:${secret}`).toString('base64');

const forms = (secret: string): string[] => [
  secret,
  dotNet(secret),
  escaped(secret, unicode),
  JSON.stringify(dotNet(secret)).slice(1, -1),
  named(secret),
  decimal(secret),
  hexadecimal(secret),
  lowerPercent(secret),
  basic(secret).slice(8, -4),
  encodeURIComponent(secret),
  JSON.stringify(secret).slice(1, -1),
  JSON.stringify(JSON.stringify(secret).slice(1, -1)).slice(1, -1),
  Buffer.from(secret).toString('base64'),
  Buffer.from(secret).toString('latin1'),
];
const FORBIDDEN = [...forms(KEY), ...forms(PASSWORD), 'S3CR3T'];

/** Every file of a folder, whole. */
function contents(folder: string): string {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n');
}

/** What a server got as its key, as it may write it into an answer. */
const echoed = (request: Request): string => {
  const bytes = request.headers.get('x-apikey') ?? '';
  return Buffer.from(bytes, 'latin1').toString('utf8');
};

/** A server that puts the key it was sent into its errors, in every way one can think of. */
const ECHOES: readonly { what: string; turn: Turn }[] = [
  {
    what: '400',
    turn: (request) => new HttpResponse(`The key ${echoed(request)} is bad`, { status: 400 }),
  },
  {
    what: '403 as misread bytes',
    turn: (request) =>
      new HttpResponse(`no: ${request.headers.get('x-apikey') ?? ''}`, { status: 403 }),
  },
  {
    what: '500',
    turn: (request) =>
      new HttpResponse(`Boom ${echoed(request)}\n at X(${encodeURIComponent(echoed(request))})`, {
        status: 500,
      }),
  },
  {
    what: 'a page',
    turn: (request) => HttpResponse.html(`<html><title>${echoed(request)}</title></html>`),
  },
  {
    what: 'no JSON',
    turn: (request) => new HttpResponse(JSON.stringify({ key: echoed(request) }).slice(0, -1)),
  },
  {
    what: 'a redirect',
    turn: (request) =>
      new HttpResponse(null, {
        status: 302,
        headers: {
          location: `/log-in/${encodeURIComponent(echoed(request))}?key=${encodeURIComponent(echoed(request))}`,
        },
      }),
  },
  {
    what: 'JSON of .NET',
    turn: (request) =>
      new HttpResponse(
        `{"error":"key ${dotNet(echoed(request))}","reqId":"${escaped(echoed(request), unicode)}"}`,
        { status: 400, headers: { 'content-type': 'application/json' } },
      ),
  },
  {
    what: 'a page with entities',
    turn: (request) =>
      new HttpResponse(
        `<html><title>${named(echoed(request))} ${decimal(echoed(request))}</title>${hexadecimal(echoed(request))}`,
        { status: 500, headers: { 'content-type': 'text/html' } },
      ),
  },
  {
    what: 'an address in lower case, and base64',
    turn: (request) =>
      new HttpResponse(`/?key=${lowerPercent(echoed(request))} ${basic(echoed(request))}`, {
        status: 403,
        headers: { 'x-request-id': basic(echoed(request)) },
      }),
  },
  {
    what: 'its headers',
    turn: (request) =>
      new HttpResponse('no', {
        status: 400,
        headers: {
          'x-request-id': `id-${encodeURIComponent(echoed(request))}`,
          'x-proget-version': encodeURIComponent(echoed(request)),
        },
      }),
  },
];

const CREDENTIALS = [
  { who: 'a key', options: [`--api-key=${KEY}`] },
  { who: 'a password', options: ['--username=admin', `--password=${PASSWORD}`] },
];
const LOUD = [
  ['--verbose', '--show-body'],
  ['--json', '--verbose', '--show-body'],
  ['--output=csv'],
];

const COMMANDS = [
  ['health'],
  [...GROUP_COMMANDS, 'list'],
  [...GROUP_COMMANDS, 'create', '--name=QA'],
  [...GROUP_COMMANDS, 'delete', '--name=Developers'],
  [...LIST, '--name=Developers'],
  [...ADD, '--member=jsmith', '--name=Developers'],
  [...REMOVE, '--member=djones', '--name=Developers'],
];

/** What comes after a run, and what is about more than one group. */
const MORE = [
  [...MEMBERS, 'where', '--member=djones'],
  [...MEMBERS, 'sync', '--name=Developers', '--file=-', '--yes'],
  [...ADD, '--file=-', '--name=Developers'],
  [...MEMBERS, 'offboard', '--member=djones', '--keys', '--yes'],
  ['undo', 'latest', '--yes'],
  ['resume', 'latest'],
];

/** Runs each command in each voice and returns everything that was said, and how often it failed. */
async function runAll(
  user: Cli,
  commands: readonly string[][],
  options: readonly string[],
): Promise<{ said: string; codes: number[] }> {
  let said = '';
  const codes: number[] = [];
  for (const command of commands) {
    for (const loud of LOUD) {
      const result = await user.run([...command, ...loud, ...options], {
        clock: standingClock(),
        ...(command.includes('--file=-') ? { stdin: 'jsmith\n' } : {}),
      });
      said += result.stdout + result.stderr;
      codes.push(result.code);
    }
  }
  return { said, codes };
}

function expectClean(text: string): void {
  for (const secret of FORBIDDEN) expect(text).not.toContain(secret);
}

describe.each(CREDENTIALS)('$who is in no output and in no file of the state folder', (who) => {
  it.each(ECHOES)('where every answer is an error that echoes it: $what', async ({ turn }) => {
    const user = cli();
    const server = await serve(http.all('*', ({ request }) => turn(request)));
    const options = [...who.options, `--source=${server.url}`];
    const { said, codes } = await runAll(user, [...COMMANDS, ...MORE.slice(0, 4)], options);
    expect(codes).not.toContain(0);
    expect(said.length).toBeGreaterThan(1000);
    expectClean(said);
  });

  it.each(ECHOES)('where only writes are answered so: $what', async ({ turn }) => {
    const user = cli();
    const state = fakeProget();
    const reads: RequestHandler[] = [
      inTurn('get', 'groups/list', groupsOf(state)),
      inTurn('get', 'users/list', () => HttpResponse.json(state.users)),
    ];
    const held = http.get('*/api/security/permissions/list', () => HttpResponse.json([]));
    const keys = http.all('*/api/api-keys/*', ({ request }) => turn(request));
    const writes = (['post', 'delete'] as const).map((method) => inTurn(method, 'groups/*', turn));
    const server = await serve(...reads, held, keys, ...writes);
    const options = [...who.options, `--source=${server.url}`];
    const { said, codes } = await runAll(user, [...COMMANDS.slice(2), ...MORE], options);
    expect(codes.some((code) => code !== 0)).toBe(true);
    // Each wrote a journal, the words of the server in it.
    const kept = contents(user.state);
    expect(kept).toContain('"t":"outcome"');
    expect(readdirSync(join(user.state, 'runs')).length).toBeGreaterThanOrEqual(12);
    expectClean(said);
    expectClean(kept);
  });

  it('where nothing answers, and where the source is saved, listed and removed', async () => {
    const user = cli();
    const server = await serve(inTurn('get', 'groups/list', groupsOf(fakeProget())));
    const add = ['sources', 'add', '--name=prod', `--url=${server.url}`, ...who.options];
    const { said } = await runAll(
      user,
      [
        add,
        ['sources', 'list'],
        [...GROUP_COMMANDS, 'list', '--source=prod'],
        ['sources', 'remove', '--name=prod'],
      ],
      [],
    );
    const lost = await runAll(user, COMMANDS.slice(1, 2), [
      '--source=http://127.0.0.1:9/',
      ...who.options,
    ]);
    expectClean(said + lost.said);
  });
});

it('the key does travel to the server, where it belongs', async () => {
  const server = await serve(inTurn('get', 'groups/list', groupsOf(fakeProget())));
  await cli().run([...GROUP_COMMANDS, 'list', `--api-key=${KEY}`, `--source=${server.url}`]);
  expect(server.received[0]?.headers['x-apikey']).toBe(KEY);
  expect(server.received[0]?.path).toBe('/api/security/groups/list');
});

it('a key of digits alone is no part of the numbers of an error, which stays JSON', async () => {
  const key = '86400000';
  const server = await serve(
    http.get('*/api/security/groups/list', () =>
      HttpResponse.text(`slow down, ${key}`, { status: 429, headers: { 'retry-after': '86400' } }),
    ),
  );
  const list = [...GROUP_COMMANDS, 'list', '--json', `--source=${server.url}`];
  const { code, stderr } = await cli().run([...list, `--api-key=${key}`]);
  expect(code).toBe(6);
  expect(jsonError(stderr)).toMatchObject({ details: { retryAfterMs: 86_400_000 }, exitCode: 6 });
  expect(jsonError(stderr)['body'] ?? 'slow down, ***').toBe('slow down, ***');
});
