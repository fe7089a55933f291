import { sourceOption } from '../../domain/shorten.ts';
import type { SourceInfo } from '../../domain/source.ts';
import type { Presentation } from '../present.ts';
import { safeText } from '../safe-text.ts';

/** A source that was saved or removed, without its secrets. */

export interface SourceSaved {
  readonly source: SourceInfo;
  readonly replaced?: SourceInfo;
  /** The file that holds the key, and what protects it; undefined where no file holds it. */
  readonly keyFile?: { readonly path: string; readonly isWindows: boolean } | undefined;
  /** What the server said about the credentials, where it was asked. */
  readonly signedIn?: { readonly account?: string; readonly mayChange?: boolean };
}

export interface SourceRemoved {
  readonly name: string;
  readonly removed: boolean;
}

export function presentSourceSaved(saved: SourceSaved): Presentation {
  const { source, replaced, signedIn } = saved;
  const outcome = replaced === undefined ? 'added' : 'replaced';
  return {
    json: { source, replaced: replaced !== undefined, ...signedIn },
    csv: { columns: ['name', 'url', 'outcome'], rows: [[source.name, source.url, outcome]] },
    human: ({ isTTY, style }) => {
      const name = safeText(source.name);
      const was =
        replaced === undefined || replaced.url === source.url
          ? ''
          : `; it was ${safeText(replaced.url)}`;
      const verb = replaced === undefined ? 'Added' : 'Replaced';
      const done = style.good(`${verb} the source ${name} (${safeText(source.url)})${was}.`);
      return [
        done,
        ...(isTTY ? keyLines(saved) : []),
        ...(signedIn === undefined ? [] : signedInLines(source, signedIn)),
      ];
    },
  };
}

/** Where the key is, for a person. */
function keyLines({ source, keyFile }: SourceSaved): string[] {
  if (source.keyStorage === 'keyring') return ['The key is in the keyring.'];
  if (source.keyStorage === 'command') return ['A command prints the key on every use.'];
  if (keyFile === undefined) return [];
  const { path, isWindows } = keyFile;
  const protection = isWindows
    ? 'the permissions of its folder protect it'
    : 'only your account can read it';
  return [`The key is in ${safeText(path)}; ${protection}.`];
}

function signedInLines(
  { name }: SourceInfo,
  { account, mayChange }: NonNullable<SourceSaved['signedIn']>,
): string[] {
  return [
    account === undefined
      ? 'The server does not say whose key this is.'
      : `You are ${safeText(account)}.`,
    mayChange === undefined
      ? 'The server does not say whether you may edit groups.'
      : mayChange
        ? 'You may edit groups.'
        : 'You may not edit groups: the server refuses it. Ask its administrator for the permission.',
    `Next: groupctl security groups list${sourceOption(name)}`,
  ];
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
