import { gzipSync } from 'node:zlib';
import { mutateJson } from './mutate-json.ts';
import type { Random } from './random.ts';
import { formsOf } from './secret-forms.ts';
import { BODIES, CONTENT_TYPES, ERRORS, HEADERS, LOCATIONS, STATUSES, WAITS } from './values.ts';
import type { Wire } from './wire.ts';

/** An answer that something was done to. */
export interface Mutated {
  readonly wire: Wire;
  /** What was done, for the message of a test that fails. */
  readonly what: string;
}

/** What a mutation may use besides the answer. */
export interface Context {
  readonly random: Random;
  /** What must not get out: a server may answer with what it was sent. */
  readonly secrets: readonly string[];
}

type Mutation = (wire: Wire, context: Context) => Mutated;

/** Does one or two things to a right answer. */
export function mutate(wire: Wire, context: Context): Mutated {
  const first = random1(wire, context);
  if (first.wire.broken || !context.random.chance(0.25)) return first;
  const second = random1(first.wire, context);
  return { wire: second.wire, what: `${first.what}; ${second.what}` };
}

function random1(wire: Wire, context: Context): Mutated {
  return context.random.weighted(MUTATIONS)(wire, context);
}

const json: Mutation = (wire, { random }) => {
  const text = wire.body.toString();
  if (!/^[[{]/.test(text)) return whole(wire, { random, secrets: [] });
  try {
    const mutated = mutateJson(text, random);
    return { wire: { ...wire, body: Buffer.from(mutated.text) }, what: mutated.what };
  } catch {
    // It was made no JSON before.
    return { wire, what: 'nothing' };
  }
};

const whole: Mutation = (wire, { random }) => {
  const body = random.pick(BODIES);
  return { wire: { ...wire, body: Buffer.from(body) }, what: `the body ${JSON.stringify(body)}` };
};

const bytes: Mutation = (wire, { random }) => {
  const { body } = wire;
  const at = random.below(body.length + 1);
  const [what, changed] = random.pick<[string, () => Buffer]>([
    ['a byte order mark', () => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), body])],
    ['two byte order marks', () => Buffer.from(`\ufeff\ufeff${body.toString()}`)],
    ['UTF-16', () => Buffer.from(`\ufeff${body.toString()}`, 'utf16le')],
    ['Latin-1', () => Buffer.from(body.toString().replaceAll('o', '\u00f6'), 'latin1')],
    [`no UTF-8 at ${at}`, () => insert(body, at, [0xff])],
    [`a NUL at ${at}`, () => insert(body, at, [0])],
    [`another byte at ${at}`, () => insert(body, at, [random.below(256)], 1)],
    [`only ${at} bytes`, () => body.subarray(0, at)],
    ['twice', () => Buffer.concat([body, body])],
    ['white space around it', () => Buffer.from(`\n\t ${body.toString()}\r\n`)],
    ['something behind it', () => Buffer.from(`${body.toString()}//`)],
    ['nothing', () => Buffer.alloc(0)],
  ]);
  return { wire: { ...wire, body: changed() }, what };
};

function insert(body: Buffer, at: number, values: number[], instead = 0): Buffer {
  return Buffer.concat([body.subarray(0, at), Buffer.from(values), body.subarray(at + instead)]);
}

const encoding: Mutation = (wire, { random }) => {
  const { body } = wire;
  const [what, name, changed] = random.pick<[string, string, () => Buffer]>([
    ['gzip', 'gzip', () => gzipSync(body)],
    ['gzip, of a kind in capitals', 'X-GZIP', () => gzipSync(body)],
    ['gzip that is none', 'gzip', () => body],
    ['gzip cut short', 'gzip', () => gzipSync(body).subarray(0, -9)],
    ['gzip with a wrong sum', 'gzip', () => flipped(gzipSync(body), -6)],
    ['gzip of nothing', 'gzip', () => Buffer.alloc(0)],
    ['gzip twice', 'gzip, gzip', () => gzipSync(gzipSync(body))],
    ['gzip of 80 MB', 'gzip', () => gzipSync(Buffer.alloc(80_000_000, ' '), { level: 1 })],
    ['an unknown encoding', 'zstd', () => body],
    ['br that is none', 'br', () => body],
  ]);
  const headers = [...wire.headers, ['content-encoding', name] as const];
  return { wire: { ...wire, headers, body: changed() }, what };
};

function flipped(body: Buffer, at: number): Buffer {
  const changed = Buffer.from(body);
  const index = at < 0 ? body.length + at : at;
  changed[index] = (changed[index] ?? 0) ^ 0xff;
  return changed;
}

const status: Mutation = (wire, { random }) => {
  const code = random.pick(STATUSES);
  const reason = random.pick(['OK', '', 'No', 'x'.repeat(300), '\u00e4\u0080']);
  const body = random.weighted<() => Buffer>([
    [4, () => wire.body],
    [2, () => Buffer.from(random.pick(BODIES))],
    [2, () => Buffer.from(random.pick(ERRORS))],
    [3, () => Buffer.from(mutateJson(random.pick(ERRORS), random).text)],
  ])();
  const headers = [...wire.headers];
  if (code >= 300 && code < 400 && random.chance(0.8)) {
    headers.push(['location', headerText(random.pick(LOCATIONS))]);
  }
  if ((code === 429 || code === 503) && random.chance(0.8)) {
    headers.push(['retry-after', random.pick(WAITS)]);
  }
  return { wire: { ...wire, status: code, reason, headers, body }, what: `status ${code}` };
};

const header: Mutation = (wire, { random }) => {
  const [name, value] = random.weighted<readonly [string, string]>([
    [4, ['content-type', random.pick(CONTENT_TYPES)]],
    [2, ['retry-after', random.pick(WAITS)]],
    [6, random.pick(HEADERS)],
  ]);
  const others = wire.headers.filter(([own]) => own !== name);
  const headers = [...others, [name, headerText(value)] as const];
  return { wire: { ...wire, headers }, what: `${name}: ${value.slice(0, 40)}` };
};

/** The bytes of a header, without a line end: that would be another header. */
function headerText(text: string): string {
  return Buffer.from(text.replaceAll(/[\r\n]/g, ''), 'utf8').toString('latin1');
}

/** What the server was sent comes back. */
const echo: Mutation = (wire, { random, secrets }) => {
  const form = random.pick(formsOf(random.pick(secrets)));
  const code = random.pick([200, 302, 400, 401, 403, 404, 409, 422, 500, 503]);
  const text = random.pick([
    `Bad key ${form}`,
    `<html><title>${form}</title></html>`,
    `{"message":"no ${form}","error":"${form}","reqId":"${form}","details":{"${form}":"${form}"}}`,
    `{"message":[{"path":["${form}"],"message":"${form}"}],"error":"ValidationFailure"}`,
  ]);
  const headers = [
    ...wire.headers,
    ['location', `/log-in?key=${form}`] as const,
    ['x-request-id', form] as const,
  ];
  const changed = { ...wire, status: code, headers, body: Buffer.from(text) };
  return { wire: changed, what: `an echo of the secret, ${code}` };
};

/** What the server was sent stands in the place of a name, or in it. */
const name: Mutation = (wire, { random, secrets }) => {
  const text = wire.body.toString();
  const strings = [...text.matchAll(/"(?:[^"\\]|\\.)*"/g)];
  const texts = strings.filter(({ 0: old, index }) => text[index + old.length] !== ':');
  if (texts.length === 0) return { wire, what: 'nothing' };
  const { 0: old, index } = random.pick(texts);
  const form = random.pick(formsOf(random.pick(secrets)));
  const written = JSON.stringify(random.pick([form, `jane ${form}`, `${form}.corp`]));
  const body = Buffer.from(text.slice(0, index) + written + text.slice(index + old.length));
  return { wire: { ...wire, body }, what: `the secret for ${old}` };
};

/** What goes wrong below HTTP. Whoever cannot read such an answer is right. */
const transport: Mutation = (wire, { random }) => {
  const { body } = wire;
  const broken = (change: Partial<Wire>): Wire => ({ ...wire, ...change, broken: true });
  const withHeader = (name: string, value: string): Partial<Wire> => ({
    headers: [...wire.headers, [name, value]],
  });
  const [what, changed] = random.pick<[string, () => Wire]>([
    ['no answer', () => broken({ cutAt: 0, end: 'fin' })],
    ['a reset', () => broken({ cutAt: 0, end: 'reset' })],
    ['a cut inside the head', () => broken({ cutAt: 12, end: 'fin' })],
    ['a cut inside the body', () => cutInBody(wire, random)],
    ['a cut chunk', () => cutInBody({ ...wire, framing: 'chunked' }, random)],
    ['a longer length than the body', () => broken(withHeader('content-length', '10000000'))],
    ['a negative length', () => broken(withHeader('content-length', '-1'))],
    ['a length that is no number', () => broken(withHeader('content-length', 'x'))],
    ['no HTTP', () => broken({ before: 'SSH-2.0-OpenSSH_9.6\r\n' })],
    ['another protocol', () => broken({ before: 'HTTP/2.0 200 OK\r\n\r\n' })],
    [
      'a head without end',
      () => broken({ before: `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(200_000)}` }),
    ],
    ['a bad header', () => broken({ before: 'HTTP/1.1 200 OK\r\nno colon here\r\n\r\n' })],
    ['chunked', () => ({ ...wire, framing: 'chunked' })],
    ['until the end of the connection', () => ({ ...wire, framing: 'close' })],
    ['many headers', () => ({ ...wire, headers: [...wire.headers, ...flood(300)] })],
    ['too many headers', () => broken({ headers: flood(5000) })],
    ['100 first', () => ({ ...wire, before: 'HTTP/1.1 100 Continue\r\n\r\n' })],
    ['103 first', () => ({ ...wire, before: 'HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n' })],
    ['102 many times', () => ({ ...wire, before: 'HTTP/1.1 102 Processing\r\n\r\n'.repeat(50) })],
    ['101', () => broken({ before: 'HTTP/1.1 101 Switching\r\nupgrade: x\r\n\r\n' })],
    ['another answer behind it', () => ({ ...wire, after: 'HTTP/1.1 200 OK\r\n\r\n[]' })],
    ['an empty chunk', () => broken({ body: Buffer.alloc(0), framing: 'chunked' })],
    ['two lengths', () => broken({ headers: [...lengths(body), ...wire.headers] })],
  ]);
  return { wire: changed(), what };
};

function cutInBody(wire: Wire, random: Random): Wire {
  if (wire.body.length < 2) return { ...wire, cutAt: 5, end: 'reset', broken: true };
  // Counted from the end of the head, which only the server knows.
  const cutAt = -1 - random.below(wire.body.length - 1);
  return { ...wire, cutAt, end: random.pick(['fin', 'reset'] as const), broken: true };
}

function flood(count: number): [string, string][] {
  return Array.from({ length: count }, (_, at) => [`x-header-${at}`, 'value of it']);
}

function lengths(body: Buffer): [string, string][] {
  return [
    ['content-length', String(body.length)],
    ['content-length', String(body.length + 1)],
  ];
}

/** The server says nothing, or nothing more. It takes a run as long as its time limit. */
export function fallSilent(wire: Wire, random: Random): Mutated {
  const cutAt = random.pick([0, 20, -1]);
  return { wire: { ...wire, cutAt, end: 'silence', broken: true }, what: 'silence' };
}

const MUTATIONS: readonly (readonly [number, Mutation])[] = [
  [45, json],
  [8, whole],
  [10, bytes],
  [5, encoding],
  [12, status],
  [10, header],
  [5, echo],
  [5, name],
  [14, transport],
];
