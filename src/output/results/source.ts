import type { SourceInfo } from '../../domain/source.ts';
import type { Presentation } from '../present.ts';
import { safeText } from '../safe-text.ts';

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
      return [style.good(`${verb} the source ${name} (${safeText(source.url)})${was}.`)];
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

export interface SourceRenamed {
  readonly name: string;
  readonly to: string;
}

export function presentSourceRenamed({ name, to }: SourceRenamed): Presentation {
  return {
    json: { name, to },
    csv: { columns: ['name', 'to'], rows: [[name, to]] },
    human: () => [`Renamed the source ${safeText(name)} to ${safeText(to)}.`],
  };
}

export interface DefaultSource {
  readonly name: string;
  readonly changed: boolean;
}

export function presentDefaultSource({ name, changed }: DefaultSource): Presentation {
  return {
    json: { name, changed },
    csv: { columns: ['name', 'changed'], rows: [[name, changed]] },
    human: () => [
      changed ? `Commands without --source now use ${safeText(name)}.` : safeText(name),
    ],
  };
}

export function presentSourceEdited({ source }: SourceSaved): Presentation {
  return {
    json: { source },
    csv: { columns: ['name', 'url', 'outcome'], rows: [[source.name, source.url, 'changed']] },
    human: ({ style }) => [
      style.good(`Changed the source ${safeText(source.name)} (${safeText(source.url)}).`),
    ],
  };
}
