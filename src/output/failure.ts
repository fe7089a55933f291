import type { GroupctlError } from '../errors.ts';
import type { OutputSettings } from './io.ts';
import { safeBlock, safeJson, safeText } from './safe-text.ts';

/** A failure on stderr: one plain sentence and what to do; under --json one line of JSON. */
export function failureText(
  error: GroupctlError,
  speech: Pick<OutputSettings, 'format' | 'verbose'>,
): string {
  return speech.format === 'json'
    ? jsonLine(error, speech.verbose)
    : humanLines(error, speech.verbose);
}

function jsonLine(error: GroupctlError, verbose: boolean): string {
  const { code, hint, status, requestId, serverError, details, source, exitCode } = error;
  // For people the hint goes on in the same line.
  const message = error.message.replace(/;$/, '.');
  const body = shownBody(error, verbose);
  const facts = {
    code,
    message,
    hint,
    status,
    requestId,
    serverError,
    details,
    body,
    source,
    exitCode,
  };
  return `${safeJson({ error: facts })}\n`;
}

function humanLines(error: GroupctlError, verbose: boolean): string {
  const message = safeText(error.message);
  const hint = error.hint === undefined ? undefined : safeText(error.hint);
  // Usage errors are one line: what is wrong and the nearest right word.
  if (error.kind === 'usage') {
    return `groupctl: ${message}${hint === undefined ? '' : ` ${hint}`}\n`;
  }
  const lines = [`groupctl: ${message}`];
  if (hint !== undefined) lines.push(`Hint: ${hint}`);
  if (error.requestId !== undefined) lines.push(`Request: ${safeText(error.requestId)}`);
  if (verbose) {
    const body = shownBody(error, verbose);
    if (body !== undefined) lines.push(safeBlock(body));
    if (error.kind === 'internal' && error.cause instanceof Error) {
      lines.push(safeBlock(error.cause.stack ?? ''));
    }
  }
  return `${lines.join('\n')}\n`;
}

/** A 500's stack trace is for --verbose; the first line says what it is about. */
function shownBody({ body, status }: GroupctlError, verbose: boolean): string | undefined {
  if (body === undefined || verbose || status !== 500) return body;
  return body.split(/\r?\n/).find((line) => line.trim() !== '');
}
