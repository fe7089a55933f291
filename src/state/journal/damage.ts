import { GroupctlError } from '../../errors.ts';
import { JOURNAL_VERSION } from './line-format.ts';

/** What keeps a journal from being read. */

/** @returns config (2) `journal-damaged` */
export function damaged(run: string, line: number, path: string): GroupctlError {
  return new GroupctlError('config', `Line ${line} of the journal of run ${run} is damaged.`, {
    code: 'journal-damaged',
    hint: `It is no line that groupctl writes; the file is ${path}`,
    details: { run, line, path },
  });
}

/** @returns config (2) `journal-version` */
export function tooNew(run: string, version: number): GroupctlError {
  return new GroupctlError(
    'config',
    `The journal of run ${run} was written by a newer groupctl (format ${version}; this one reads ${JOURNAL_VERSION}).`,
    {
      code: 'journal-version',
      hint: 'Use that groupctl, or a newer one.',
      details: { run, version },
    },
  );
}
