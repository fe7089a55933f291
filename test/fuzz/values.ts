/** Odd things that a server may send, as JSON text or as the values of headers. */

const DEEP = 200_000;

/** Values in the place of the right one. JSON text, as an object cannot hold all of them. */
export const NUMBERS: readonly string[] = [
  ...[
    '0',
    '-0',
    '-1',
    '0.5',
    '1e3',
    '1e400',
    '-1e400',
    '1e-400',
    '9007199254740993',
    '1e15',
    '1e9',
  ],
  ...['4294967296', '-9223372036854775808', '100', '101', '1000', '99'],
];

/** Tokens whose claims are odd. */
const TOKENS = [
  { exp: 1e300 },
  { exp: -1e15 },
  { exp: '1' },
  { identityId: {} },
  { orgId: '\u202e' },
];

export const TEXTS: readonly string[] = [
  ...TOKENS.map((claims) => `"x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.y"`),
  ...['""', '" "', '"null"', '"0"', '"__proto__"', '"constructor"', '"."', '".."', '"%00"'],
  ...[
    '"\\u0000"',
    '"a\\u0000b"',
    '"a\\nb"',
    '"a\\r\\nb"',
    '"\\t"',
    '"\\u001b[2J\\u001b]0;x\\u0007"',
  ],
  ...['"\\ud800"', '"x\\udfffy"', '"\\u202egnirts"', '"\\u2066x"', '"\\u2028"', '"\\u009b31m"'],
  ...['"\\u200b"', '"\\ufeff"', '"\\u00ad"', '"\\u007f"', '"\\udb40\\udc41"', '"jsmith\\u200d"'],
  ...['"JSMITH"', '"jsmith "', '" jsmith"', '"djones"', '"DJONES"', '"Developers"', '"developers"'],
  ...['"Everybody"', '"Engineers"', '"Fresh Team"', '"user-001"', '"../../x"', '"a/b?c#d"'],
];

export const OTHERS: readonly string[] = [
  ...['null', 'true', 'false', '[]', '{}', '[[]]', '[null]', '[{}]', '["djones"]'],
  ...['{"0":"djones","length":1}', '{"__proto__":{"name":"x"}}', '{"toString":1,"valueOf":2}'],
  ...['{"then":1}', '{"toJSON":1}', '{"name":{}}', '[{"path":[],"message":1}]'],
];

/** The same, of sizes that take their time. */
export const LARGE: readonly (() => string)[] = [
  () => '['.repeat(DEEP) + ']'.repeat(DEEP),
  () => '{"a":'.repeat(DEEP) + '1' + '}'.repeat(DEEP),
  () => `"${'x'.repeat(10_000_000)}"`,
  () => `"${'ü'.repeat(2_000_000)}"`,
  () => `[${Array.from({ length: 100_000 }, (_, at) => at).join()}]`,
  () => `[${Array.from({ length: 20_000 }, (_, at) => `"user-${at}"`).join()}]`,
  () => `{${Array.from({ length: 20_000 }, (_, at) => `"key-${at}":${at}`).join()}}`,
];

/** Names of properties that an object may have, and that mean something to JavaScript. */
export const KEYS: readonly string[] = [
  ...['__proto__', 'constructor', 'prototype', 'toString', 'toJSON', 'then', 'length', ''],
  ...['hasOwnProperty', 'name', 'users', 'id', 'message', 'error', '\u0000', '\u202e', '0'],
];

/** Whole bodies that are no answer of the server's. */
export const BODIES: readonly string[] = [
  ...[
    '',
    ' ',
    '\n',
    'OK',
    'null',
    'true',
    '42',
    '"text"',
    '[',
    '{',
    ']',
    '{}',
    '[]',
    '[null]',
    'NaN',
  ],
  ...["{'name': 'x'}", '{"a":1,}', '[1,2,', '{"a":1}{"b":2}', 'while(1);[]', 'cb([])', '[]\u0000'],
  '<!doctype html><html><head><title>Sign in</title></head><body>\u001b[31m</body></html>',
  '<html><head><title>\u202eevil\u0007</title></head></html>',
  '<?xml version="1.0"?><error>No</error>',
  'System.NullReferenceException: Object reference not set\n   at Inedo.ProGet()\n\u001b[2J',
  'Too many requests\r\n\r\nslow \u0008\u0008down',
  '{"message":"Ok"}',
];

/** Error bodies of Infisical, right and wrong. */
export const ERRORS: readonly string[] = [
  '{"reqId":"req-1","statusCode":403,"message":"No","error":"PermissionBoundaryError","details":{"missingPermissions":[{"action":"add-members","subject":"groups"}]}}',
  '{"reqId":"req-1","statusCode":422,"message":[{"code":"too_small","path":["slug"],"message":"Too short"}],"error":"ValidationFailure"}',
  '{"statusCode":401,"message":[{"path":["offset"],"message":"Too big"}],"error":"ValidationFailure"}',
  '{"reqId":"req-1","statusCode":403,"message":"Your token has expired. Please re-authenticate.","error":"TokenError"}',
  '{"reqId":"req-1","statusCode":404,"message":"Failed to find group with ID x","error":"NotFound"}',
  '{"message":"Route GET:/x not found","error":"Not Found","statusCode":404}',
  '{"reqId":"req-1","statusCode":400,"message":"User(s) are already part of the group x","error":"BadRequest"}',
  '{"reqId":"req-1","statusCode":403,"message":"User(s) are not part of the group x","error":"ForbiddenError"}',
  '{"reqId":"req-1","statusCode":403,"message":"No","error":"PermissionDenied","details":[]}',
  '{"reqId":"req-1","statusCode":429,"message":"Rate limit exceeded","error":"RateLimitExceeded"}',
  '{"reqId":"req-1","schemas":["x"],"status":403,"detail":"SCIM is disabled for the organization"}',
  '{"reqId":7,"message":null,"error":[],"details":{"missingPermissions":[null,1,{},"x"]}}',
  '{"statusCode":500,"message":["a",{"path":[1,null],"message":"b"},7,null],"error":"X"}',
];

export const STATUSES: readonly number[] = [
  ...[200, 201, 202, 203, 204, 205, 206, 207, 226, 299, 300, 301, 302, 303, 304, 305, 307, 308],
  ...[400, 401, 402, 403, 404, 405, 406, 408, 409, 410, 411, 412, 413, 415, 416, 418, 421, 422],
  ...[423, 425, 426, 428, 429, 431, 451, 499, 500, 501, 502, 503, 504, 505, 507, 511, 520, 522],
  ...[524, 530, 599, 600, 700, 999],
];

export const CONTENT_TYPES: readonly string[] = [
  ...['text/html', 'text/plain', 'application/xml', 'application/json; charset=utf-16', ''],
  ...['application/json; charset=iso-8859-1', 'image/png', 'json', ';;;', 'multipart/form-data'],
  'application/problem+json',
];

export const WAITS: readonly string[] = [
  ...['0', '-1', '1', '7', '600', '0.5', '-0', '1e3', 'soon', '', '  ', '1, 2', 'NaN', '0x10'],
  ...['Wed, 01 Jan 2020 00:00:00 GMT', 'Wed, 01 Jan 2020', '2020-01-01T00:00:00Z', 'Infinity'],
  ...['601', '86400', '2147484', '4294967296', '99999999999999999999', '1e400'],
  'Fri, 31 Dec 9999 23:59:59 GMT',
];

export const LOCATIONS: readonly string[] = [
  ...['/', '', '//', 'http://', 'https://127.0.0.1:1/', 'http://[::1', 'javascript:alert(1)'],
  ...['/log-in?returnUrl=%2F', 'https://sso.corp.test/adfs/ls?x=1', 'http://user:pass@host/', '?'],
  ...['data:text/html,x', `/${'a'.repeat(4000)}`, 'https://\u00fc.test/', '\u0001'],
];

/** Headers that a server may send, right or wrong. */
export const HEADERS: readonly (readonly [string, string])[] = [
  ['x-ratelimit-limit', '1'],
  ['x-ratelimit-remaining', '0'],
  ['x-ratelimit-reset', '99999999999'],
  ['x-ratelimit-reset', '-5'],
  ['x-ratelimit-reset', '60'],
  ['x-request-id', '\u0080\u009b31m'],
  ['x-request-id', 'r'.repeat(5000)],
  ['set-cookie', 'a=b; Path=/'],
  ['date', 'never'],
  ['date', 'Fri, 31 Dec 1999 23:59:59 GMT'],
  ['server', 'Microsoft-IIS/10.0'],
  ['x-proget-version', '\u00ff'],
  ['www-authenticate', 'Basic realm="x"'],
  ['etag', '"x"'],
  ['age', '-1'],
  ['trailer', 'x'],
  ['upgrade', 'h2c'],
  ['alt-svc', 'h3=":443"'],
  ['__proto__', 'x'],
  ['constructor', 'x'],
  ['content-language', 'tlh'],
];
