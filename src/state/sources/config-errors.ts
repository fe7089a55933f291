import { errnoOf, GroupctlError, isGroupctlError } from '../../errors.ts';

/** The text of the configuration file, and what may be wrong with it. */

export function parse(text: string, path: string): Record<string, unknown> {
  let value: unknown;
  try {
    // Editors of Windows may have put a byte order mark before it.
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw damagedConfigError(path, jsonProblem(text, error));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw damagedConfigError(path, 'the top level should be an object');
  }
  return value as Record<string, unknown>;
}

/** Where the JSON breaks off, by line; the parser's own message would quote what is there. */
function jsonProblem(text: string, error: unknown): string {
  if (text.trim() === '') return 'it is empty';
  const position = /position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1];
  if (position === undefined) return 'it ends too early or is no JSON';
  return `it is no JSON from line ${text.slice(0, Number(position)).split('\n').length} on`;
}

export function damagedConfigError(path: string, problem: string): GroupctlError {
  return new GroupctlError('config', `The configuration file is damaged: ${path}: ${problem}.`, {
    code: 'config-damaged',
    hint: 'It was left as it is. Fix it, or move it away and add the sources again.',
    details: { path },
  });
}

export function unreadableError(path: string, error: unknown): GroupctlError {
  if (isGroupctlError(error)) return error;
  const why = errnoOf(error) ?? 'error';
  return new GroupctlError('config', `Cannot use the configuration file ${path} (${why}).`, {
    code: 'config-unusable',
    hint: 'Check the rights of the file and its folder, or set GROUPCTL_CONFIG_DIR.',
    details: { path },
    cause: error,
  });
}
