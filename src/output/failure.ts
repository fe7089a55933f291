import { sourceOption } from '../domain/shorten.ts';
import type { GroupctlError } from '../errors.ts';
import type { OutputSettings } from './io.ts';
import { safeBlock, safeJson, safeText } from './safe-text.ts';
import { sentences } from '../domain/sentences.ts';

/** A failure on stderr: one plain sentence and what to do; under --json one line of JSON. */
export function failureText(
  error: GroupctlError,
  { format, verbose }: Pick<OutputSettings, 'format' | 'verbose'>,
): string {
  return format === 'json' ? jsonLine(error, verbose) : humanLines(error, verbose);
}

function jsonLine(error: GroupctlError, verbose: boolean): string {
  const { code, message, nothingWritten, status, requestId, serverError, details } = error;
  const hint = hintOf(error);
  const body = shownBody(error, verbose);
  const { source, exitCode } = error;
  const facts = {
    code,
    message,
    hint,
    nothingWritten: nothingWritten || undefined,
    status,
    requestId,
    serverError,
    details,
  };
  return `${safeJson({ error: { ...facts, body, source, exitCode } })}\n`;
}

function humanLines(error: GroupctlError, verbose: boolean): string {
  const hint = hintOf(error);
  const message = safeText(error.message);
  const nothing = error.nothingWritten === true ? 'Nothing was written.' : undefined;
  // Usage errors are one line: what is wrong and the nearest right word.
  if (error.kind === 'usage') {
    return `groupctl: ${sentences(message, hint && safeText(hint), nothing)}\n`;
  }
  const lines = [`groupctl: ${sentences(message, nothing)}`];
  if (hint !== undefined) lines.push(`Hint: ${safeText(hint)}`);
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

/** The hint, and the command that shows what there is, on the source of the failure. */
function hintOf({ hint, suggest, source }: GroupctlError): string | undefined {
  if (suggest === undefined) return hint;
  const see = `See: groupctl ${suggest}${sourceOption(source ?? 'Default')}`;
  return sentences(hint, see);
}

/** A 500's stack trace is for --verbose; the first line says what it is about. */
function shownBody({ body, status }: GroupctlError, verbose: boolean): string | undefined {
  if (body === undefined || verbose || status !== 500) return body;
  return body.split(/\r?\n/).find((line) => line.trim() !== '');
}
