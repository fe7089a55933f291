import { parsedJson } from '../domain/parsed-json.ts';

/** The name in a line that is a whole JSON string; undefined for another line. */
export function quotedName(line: string): string | undefined {
  if (line.length < 2 || !line.startsWith('"') || !line.endsWith('"')) return undefined;
  const name = parsedJson(line);
  return typeof name === 'string' ? name : undefined;
}

/** The one cell that such a line is in a CSV file, where its backslashes are no escapes. */
export function oneCell(line: string): readonly string[] | undefined {
  return quotedName(line) === undefined ? undefined : [line.slice(1, -1)];
}
