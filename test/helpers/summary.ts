import type { OutcomeSummary } from '../../src/domain/outcome.ts';

/** The summary of a run: these counts, and zero of everything else. */
export function summary(counts: Partial<OutcomeSummary> = {}): OutcomeSummary {
  return {
    added: 0,
    alreadyMember: 0,
    removed: 0,
    alreadyAbsent: 0,
    planned: 0,
    noSuchUser: 0,
    refused: 0,
    failed: 0,
    notTried: 0,
    unknown: 0,
    ...counts,
  };
}
