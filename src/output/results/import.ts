import type { Presentation } from '../present.ts';
import { safeName, safeText } from '../safe-text.ts';
import { csvOf } from '../csv-of.ts';

/** Sources that were taken over from pgutil. */
export interface ImportResult {
  /** The configuration file of pgutil. */
  readonly from: string;
  readonly dryRun: boolean;
  readonly sources: readonly ImportedSource[];
}

export interface ImportedSource {
  readonly name: string;
  readonly url: string;
  /** `changed`: it differs from the source of that name, which was left alone. */
  readonly outcome: 'added' | 'replaced' | 'changed' | 'unchanged' | 'skipped';
  readonly reason?: string;
}

export function presentImport({ from, dryRun, sources }: ImportResult): Presentation {
  return {
    json: { from, dryRun, sources },
    csv: csvOf(['name', 'url', 'outcome', 'reason'], sources),
    human: ({ style }) => [
      `From ${safeText(from)}:`,
      ...sources.map((source) => {
        const line = lineOf(source, dryRun);
        if (source.outcome === 'skipped') return style.bad(line);
        return source.outcome === 'added' ? style.good(line) : line;
      }),
    ],
  };
}

function lineOf({ name, url, outcome, reason = '' }: ImportedSource, dryRun: boolean): string {
  const source = `${safeName(name)} (${safeText(url)})`;
  switch (outcome) {
    case 'added':
      return dryRun ? `Would add ${source}.` : `Added ${source}.`;
    case 'replaced':
      return dryRun ? `Would replace ${source}.` : `Replaced ${source}.`;
    case 'changed':
      return `Left alone: ${source} differs from the source of that name. --replace replaces it.`;
    case 'unchanged':
      return `Unchanged: ${source}.`;
    case 'skipped':
      return `Skipped: ${safeName(name)}. ${safeText(reason)}`;
  }
}
