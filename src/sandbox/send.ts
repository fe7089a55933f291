/** Answers on their way out, whole or not. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SandboxResponse } from './http.ts';

/**
 * Sends an answer. With `only`, no more than so many bytes of its body, though the headers promise
 * all of them, and then the end of the connection.
 */
export function send(response: ServerResponse, answer: SandboxResponse, only?: number): void {
  if (response.destroyed) return;
  const body = Buffer.from(answer.body, 'utf8');
  response.statusCode = answer.status;
  if (body.length > 0 && answer.contentType !== undefined) {
    response.setHeader('Content-Type', answer.contentType);
  }
  // 204 and 304 have no body, and say nothing about its length.
  if (answer.status !== 204 && answer.status !== 304) {
    response.setHeader('Content-Length', body.length);
  }
  for (const [name, value] of Object.entries(answer.headers ?? {})) {
    response.setHeader(name, value);
  }
  if (only === undefined || only >= body.length) {
    response.end(body);
    return;
  }
  response.flushHeaders();
  if (only > 0) response.write(body.subarray(0, only));
  const { socket } = response;
  // An orderly end, so that the bytes before it do arrive.
  socket?.end(() => socket.destroy());
}

/** Cuts the connection of a request (RST). */
export function cut(request: IncomingMessage): void {
  request.socket.resetAndDestroy();
}
