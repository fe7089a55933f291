import type { GroupRemoval } from '../../backends/port.ts';
import type { Group } from '../../domain/group.ts';
import type { Presentation } from '../present.ts';
import { safeName, safeText } from '../safe-text.ts';

/** What became of a group that was to be created or deleted. */
export interface GroupResult {
  readonly source: string;
  readonly kind: string;
  readonly group: Group;
  readonly dryRun: boolean;
  readonly op: 'create' | 'delete';
  readonly outcome: 'created' | GroupRemoval | 'planned';
  readonly near?: readonly string[];
  readonly run?: string;
}

export function presentGroupResult(result: GroupResult): Presentation {
  const { group, op, outcome, near } = result;
  return {
    json: { schema: 1, ...result },
    csv: { columns: ['name', 'op', 'outcome'], rows: [[group.name, op, outcome]] },
    human: ({ style }) => {
      const name = safeName(group.name);
      if (outcome === 'planned') {
        return [
          group.linked === true
            ? unlinkWords('Would unlink', name)
            : `Would ${op} the group ${name}.`,
        ];
      }
      if (outcome === 'created') return [style.good(`Created the group ${name}.`)];
      if (outcome === 'unlinked') return [style.good(unlinkWords('Unlinked', name))];
      if (outcome === 'deleted') return [style.good(`Deleted the group ${name}.`)];
      const mean = near?.length ? ` Did you mean ${near.map(safeText).join(' or ')}?` : '';
      return [`There is no group named ${name}; nothing to do.${mean}`];
    },
  };
}

function unlinkWords(verb: string, name: string): string {
  return `${verb} the group ${name} from this organization; the group and its members stay in the parent organization.`;
}
