import type { SourceInfo } from '../domain/source.ts';
import type { Presentation } from './present.ts';
import { safeText } from './safe-text.ts';

/** A source that was saved or removed, without its secrets. */

export interface SourceSaved {
  readonly source: SourceInfo;
  readonly replaced?: SourceInfo;
}

export interface SourceRemoved {
  readonly name: string;
  readonly removed: boolean;
}

export function presentSourceSaved({ source, replaced }: SourceSaved): Presentation {
  const outcome = replaced === undefined ? 'added' : 'replaced';
  return {
    json: { source, replaced: replaced !== undefined },
    csv: { columns: ['name', 'url', 'outcome'], rows: [[source.name, source.url, outcome]] },
    human: ({ style }) => {
      const name = safeText(source.name);
      const was =
        replaced === undefined || replaced.url === source.url
          ? ''
          : `; it was ${safeText(replaced.url)}`;
      const verb = replaced === undefined ? 'Added' : 'Replaced';
      const lines = [style.good(`${verb} the source ${name} (${safeText(source.url)})${was}.`)];
      if (source.auth === 'none')
        lines.push(
          'It has no credentials yet: give --api-key with each command, or add it again with one.',
        );
      return lines;
    },
  };
}

export function presentSourceRemoved({ name, removed }: SourceRemoved): Presentation {
  return {
    json: { name, removed },
    csv: { columns: ['name', 'removed'], rows: [[name, removed]] },
    human: () => [
      removed
        ? `Removed the source ${safeText(name)}.`
        : `There is no source named ${safeText(name)}; nothing to do.`,
    ],
  };
}
