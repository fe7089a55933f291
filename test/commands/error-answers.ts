import { gzipSync } from 'node:zlib';
import { HttpResponse } from 'msw';

import { page, status, type Turn } from '../helpers/proget.ts';

/** What a server can answer to a read, and what is made of it: sentence, hint and exit code. */

export const TRACE = 'Object reference not set.\n   at Inedo.ProGet.Api()\n   at System.Run()';
const KEY_HINT =
  'The key is missing, wrong, or has too few permissions. Use a System key with Full Control, or a Personal key (or login) of a user with Admin_ConfigureProGet. Feed keys do not work.';
const REFUSED_HINT = 'Correct what the server names, and run the command again.';

export const HINTS: Readonly<Record<string, string>> = {
  'http-400': REFUSED_HINT,
  'http-418': REFUSED_HINT,
  'http-422': REFUSED_HINT,
  'http-401': KEY_HINT,
  'http-403': KEY_HINT,
  'http-407':
    'The proxy requires credentials: write them into its variable as http://user:password@host:port.',
  'http-500': "Look at the server's own log; --verbose shows the whole answer.",
  'html-answer':
    'A proxy or a sign-in page may be answering in its place: check the URL of the source.',
  'invalid-json': 'Check the URL of the source; --show-body shows what came.',
  'nested-too-deep': 'Check the URL of the source; --show-body shows what came.',
  'bad-gzip': 'Look at the server and at any proxy in between.',
  'unexpected-answer': 'Check the URL of the source; --show-body shows what came.',
};

const NO_JSON = 'The server sent no valid JSON where JSON was expected.';
const A_PAGE = 'The server sent an HTML page where JSON was expected.';
const NOTHING = 'The server sent an empty answer where JSON was expected.';
const NO_GZIP = 'The answer says it is gzip and cannot be unpacked.';
const SHAPE = 'The answer to GET groups/list is not what ProGet sends:';

export const raw =
  (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}): Turn =>
  () =>
    new HttpResponse(body, { headers: { 'content-type': 'application/json', ...headers } });

export interface Case {
  readonly what: string;
  readonly turn: Turn;
  readonly code: number;
  readonly error: string;
  /** `@` stands for the server. */
  readonly message: string;
  readonly body?: string;
}

export const ANSWERS: readonly Case[] = [
  {
    what: '400 with text',
    turn: status(400, 'Missing property: name\r\nmore'),
    code: 5,
    error: 'http-400',
    message: '@ refused the request (400 on GET groups/list): Missing property: name',
    body: 'Missing property: name\r\nmore',
  },
  {
    what: '422',
    turn: status(422),
    code: 5,
    error: 'http-422',
    message: '@ refused the request (422 on GET groups/list).',
  },
  {
    what: 'an empty 403',
    turn: status(403),
    code: 3,
    error: 'http-403',
    message: 'Access denied by @ (403 on GET groups/list).',
  },
  {
    what: '401',
    turn: status(401, 'Who?'),
    code: 3,
    error: 'http-401',
    message: 'Access denied by @ (401 on GET groups/list): Who?',
    body: 'Who?',
  },
  {
    what: '500 with a stack trace',
    turn: status(500, TRACE),
    code: 1,
    error: 'http-500',
    message: '@ failed with 500 on GET groups/list: Object reference not set.',
    body: 'Object reference not set.',
  },
  {
    what: 'a page with 500',
    turn: page('Proxy\u001b Error', 500),
    code: 1,
    error: 'http-500',
    message: '@ failed with 500 on GET groups/list: an HTML page, "Proxy\u001b Error"',
    body: '<!doctype html><html><head><title>Proxy\u001b Error</title></head></html>',
  },
  {
    what: 'a proxy that wants credentials',
    turn: status(407),
    code: 6,
    error: 'http-407',
    message: '@ answered 407 on GET groups/list.',
  },
  {
    what: 'a page with 200',
    turn: page(),
    code: 1,
    error: 'html-answer',
    message: A_PAGE,
    body: '<!doctype html><html><head><title>Sign in</title></head></html>',
  },
  {
    what: 'a page that says it is JSON',
    turn: raw('  <HTML><body>hi'),
    code: 1,
    error: 'html-answer',
    message: A_PAGE,
    body: '  <HTML><body>hi',
  },
  {
    what: 'text',
    turn: raw('OK'),
    code: 1,
    error: 'invalid-json',
    message: NO_JSON,
    body: 'OK',
  },
  {
    what: 'JSON that breaks off',
    turn: raw('[{"name":"Dev'),
    code: 1,
    error: 'invalid-json',
    message: NO_JSON,
    body: '[{"name":"Dev',
  },
  {
    what: 'nothing',
    turn: status(200),
    code: 1,
    error: 'invalid-json',
    message: NOTHING,
    body: '',
  },
  {
    what: '204',
    turn: status(204),
    code: 1,
    error: 'invalid-json',
    message: NOTHING,
    body: '',
  },
  {
    what: 'bytes that are no UTF-8',
    turn: raw(Buffer.from('[{"name":"\xff"}]', 'latin1')),
    code: 1,
    error: 'invalid-json',
    message: NO_JSON,
    body: '[{"name":"\ufffd"}]',
  },
  {
    what: 'gzip that is none',
    turn: raw('[]', { 'content-encoding': 'gzip' }),
    code: 1,
    error: 'bad-gzip',
    message: NO_GZIP,
  },
  {
    what: 'gzip that breaks off',
    turn: raw(gzipSync('[]').subarray(0, 12), { 'content-encoding': 'gzip' }),
    code: 1,
    error: 'bad-gzip',
    message: NO_GZIP,
  },
  {
    what: 'JSON that nests 200,000 levels deep',
    turn: raw(`[{"name":"A","users":[],"x":${'['.repeat(200_000)}${']'.repeat(200_000)}}]`),
    code: 1,
    error: 'nested-too-deep',
    message: 'The server sent JSON that nests more than 500 levels deep.',
  },
  {
    what: 'an object',
    turn: raw('{"groups":[]}'),
    code: 1,
    error: 'unexpected-answer',
    message: `${SHAPE} the top level is not as expected.`,
  },
  {
    what: 'null',
    turn: raw('null'),
    code: 1,
    error: 'unexpected-answer',
    message: `${SHAPE} the top level is not as expected.`,
  },
  {
    what: 'a group without a name',
    turn: raw('[{"name":"A"},{"users":[]}]'),
    code: 1,
    error: 'unexpected-answer',
    message: `${SHAPE} 1.name is not as expected.`,
  },
  {
    what: 'users that are no array',
    turn: raw('[{"name":"A","users":"x"}]'),
    code: 1,
    error: 'unexpected-answer',
    message: `${SHAPE} 0.users is not as expected.`,
  },
  {
    what: 'a user that is no text',
    turn: raw('[{"name":"A","users":["x",7]}]'),
    code: 1,
    error: 'unexpected-answer',
    message: `${SHAPE} 0.users.1 is not as expected.`,
  },
  {
    what: 'a strange status',
    turn: status(418, 'teapot'),
    code: 5,
    error: 'http-418',
    message: '@ refused the request (418 on GET groups/list): teapot',
    body: 'teapot',
  },
];
