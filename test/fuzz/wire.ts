/** An answer as it goes over the wire, before and after something was done to it. */
export interface Wire {
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
  readonly framing: 'length' | 'chunked' | 'close';
  /** Sent before the answer: a 1xx. */
  readonly before: string;
  /** Sent behind it. */
  readonly after: string;
  /** How many of the bytes are sent; undefined: all of them. */
  readonly cutAt?: number;
  /** What ends it: an orderly end, a reset, or nothing at all. */
  readonly end: 'fin' | 'reset' | 'silence';
  /** True if no client can read it: it is cut, or is not HTTP. */
  readonly broken: boolean;
}

/** The bytes of an answer, and where its body begins. */
export function bytesOf(wire: Wire): { bytes: Buffer; bodyAt: number } {
  const { status, reason, body, framing } = wire;
  const own =
    framing === 'length'
      ? [['content-length', String(body.length)] as const]
      : framing === 'chunked'
        ? [['transfer-encoding', 'chunked'] as const]
        : [];
  // A header that was given wins: it may lie.
  const given = new Set(wire.headers.map(([name]) => name.toLowerCase()));
  const headers = [...wire.headers, ...own.filter(([name]) => !given.has(name))];
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const head = `${wire.before}HTTP/1.1 ${status} ${reason}\r\n${lines}connection: close\r\n\r\n`;
  const start = Buffer.from(head, 'latin1');
  const content = framing === 'chunked' ? chunked(body) : body;
  const bytes = Buffer.concat([start, content, Buffer.from(wire.after, 'latin1')]);
  return { bytes, bodyAt: start.length };
}

const CHUNK = 65_536;

function chunked(body: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < body.length; at += CHUNK) {
    const part = body.subarray(at, at + CHUNK);
    parts.push(Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n'));
  }
  return Buffer.concat([...parts, Buffer.from('0\r\n\r\n')]);
}
