import { defined } from '../../domain/defined.ts';
import type { FailureKind, OutcomeError } from '../../domain/outcome.ts';
import type { GroupctlError } from '../../errors.ts';

/**
 * A failure as a row of a result carries it, on every backend.
 *
 * @param say the code and sentence of the row, where they are not the error's own
 */
export function rowErrorOf(
  error: GroupctlError,
  { code, message }: { readonly code: string; readonly message: string } = error,
): OutcomeError {
  const { status, requestId, serverError, details, hint, body, nothingWritten } = error;
  return {
    kind: rowKind(error),
    code,
    message,
    ...defined({ status, requestId, serverError, details, hint, body, nothingWritten }),
  };
}

/** The kinds of a whole run that a row cannot have do not arise from a write. */
function rowKind({ kind }: GroupctlError): FailureKind {
  switch (kind) {
    case 'usage':
    case 'partial':
    case 'interrupted':
      return 'safety';
    default:
      return kind;
  }
}
