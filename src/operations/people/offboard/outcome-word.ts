import type { GroupctlError } from '../../../errors.ts';

/** What became of a step that failed so. */
export function outcomeOf({ kind }: GroupctlError): 'refused' | 'failed' {
  return kind === 'refused' || kind === 'unauthorized' || kind === 'safety' ? 'refused' : 'failed';
}
