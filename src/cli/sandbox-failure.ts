import { errnoOf, GroupctlError, usageError } from '../errors.ts';
import { stateNotWritableError } from '../state/folder.ts';

/** The folder or the file is not what it should be, or groupctl may not write it. */
const NOT_WRITABLE = new Set(['EACCES', 'EROFS', 'EPERM', 'ENOTDIR', 'EEXIST', 'EISDIR', 'ENOSPC']);

/**
 * What starting a sandbox can fail with, for people: a port in use, a damaged state file, a state
 * folder that cannot be written. Anything else comes back as it is.
 */
export function sandboxFailure(error: unknown, stateFile: string, port = 0): unknown {
  const code = errnoOf(error) ?? '';
  if (code === 'EADDRINUSE') {
    return usageError(
      `The port ${port} is in use.`,
      'Choose another with --port, or --port=0 for a free one.',
      'port-in-use',
    );
  }
  // Below 1024 a port may be the system's.
  if (code === 'EACCES' && (error as NodeJS.ErrnoException).syscall === 'listen') {
    return usageError(
      `No permission to use port ${port}.`,
      'Choose another with --port, or --port=0 for a free one.',
      'port-not-allowed',
    );
  }
  // The sandbox keeps its groups there, with and without a journal.
  if (NOT_WRITABLE.has(code)) {
    return stateNotWritableError(stateFile, error, 'Set GROUPCTL_STATE_DIR to a writable folder.');
  }
  if (code === 'SANDBOX_STATE_DAMAGED') {
    return new GroupctlError('config', (error as { problem: string }).problem, {
      code: 'sandbox-damaged',
      hint: 'Start over with: groupctl sandbox reset',
      details: { path: stateFile },
      cause: error,
    });
  }
  return error;
}
