import { type Group, groupLabelAmong } from '../../domain/group.ts';
import type { Presentation } from '../present.ts';
import { safeText } from '../safe-text.ts';

/** The groups of one person, as they are printed: a bare array in JSON, one group a line. */

export interface WhereRow {
  readonly source: string;
  readonly kind: string;
  readonly group: Group;
  /** As this group spells it. */
  readonly member: string;
}

export interface WhereResult {
  /** Every source was asked: each line says which. */
  readonly several: boolean;
  readonly rows: readonly WhereRow[];
}

export function presentWhere({ several, rows }: WhereResult): Presentation {
  return {
    json: rows.map(({ source, kind, group, member: spelled }) => ({
      source,
      kind,
      group,
      member: spelled,
    })),
    csv: {
      columns: ['source', 'kind', 'group', 'id', 'slug', 'member'],
      rows: rows.map(({ source, kind, group, member: spelled }) => [
        source,
        kind,
        group.name,
        group.id,
        group.slug,
        spelled,
      ]),
    },
    human: () => {
      const bySource = new Map<string, Group[]>();
      for (const { source, group } of rows) {
        bySource.set(source, [...(bySource.get(source) ?? []), group]);
      }
      const wordsOf = ({ source, group }: WhereRow): string =>
        groupLabelAmong(group, bySource.get(source) ?? []);
      const lines = rows.map(
        (row) => `${several ? `[${safeText(row.source)}] ` : ''}${safeText(wordsOf(row))}`,
      );
      // A group that spells somebody twice is one group.
      return [...new Set(lines)];
    },
  };
}
