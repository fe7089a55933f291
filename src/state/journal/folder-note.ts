import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the last run knew of the folder of the journals, so that the next one need not list it. */
interface FolderNote {
  /** The largest id there. */
  readonly newest: string;
  /** When a file of the folder was last added, renamed or removed; see {@link folderTime}. */
  readonly changedAt: string;
  /** When old runs were last looked for, milliseconds; 0: never. */
  readonly prunedAt: number;
}

const NOTE = /^([0-7][0-9A-HJKMNP-TV-Z]{25}) (\d+) (\d+)\n$/;

/** @returns undefined where there is none, or half of one */
export function readNote(stateFolder: string): FolderNote | undefined {
  try {
    const [, newest, changedAt, prunedAt] =
      NOTE.exec(readFileSync(pathOf(stateFolder), 'latin1')) ?? [];
    if (newest === undefined || changedAt === undefined) return undefined;
    return { newest, changedAt, prunedAt: Number(prunedAt) };
  } catch {
    return undefined;
  }
}

/** Never throws: without a note the next run lists the folder. */
export function writeNote(stateFolder: string, { newest, changedAt, prunedAt }: FolderNote): void {
  try {
    const text = `${newest} ${changedAt} ${Math.max(0, Math.floor(prunedAt))}\n`;
    writeFileSync(pathOf(stateFolder), text, { mode: 0o600 });
  } catch {
    // A full disk, or a folder that can only be read.
  }
}

/** The time of the last change to the list of files in a folder, nanoseconds. */
export function folderTime(folder: string): string {
  return String(statSync(folder, { bigint: true }).mtimeNs);
}

function pathOf(stateFolder: string): string {
  return join(stateFolder, 'newest-run');
}
