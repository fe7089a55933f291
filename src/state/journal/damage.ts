import { GroupctlError } from '../../errors.ts';
import { JOURNAL_VERSION } from './line-format.ts';

/** What keeps a journal from being read. */

/** @returns config (2) `journal-damaged` */
export function damagedError(run: string, line: number, path: string): GroupctlError {
  return new GroupctlError('config', `Line ${line} of the journal of run ${run} is damaged.`, {
    code: 'journal-damaged',
    hint: `It is no line that groupctl writes; the file is ${path}`,
    details: { run, line, path },
  });
}

/** @returns config (2) `journal-version` */
export function otherVersionError(run: string, version: number): GroupctlError {
  const isNewer = version > JOURNAL_VERSION;
  const by = isNewer ? 'a newer groupctl' : 'an older groupctl';
  return new GroupctlError(
    'config',
    `The journal of run ${run} was written by ${by} (format ${version}; this one reads ${JOURNAL_VERSION}).`,
    {
      code: 'journal-version',
      hint: isNewer ? 'Use that groupctl, or a newer one.' : 'Use that groupctl.',
      details: { run, version },
    },
  );
}
