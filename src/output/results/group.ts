import type { GroupDeletion } from '../../backends/port.ts';
import type { Group } from '../../domain/group.ts';
import { firstAndMore } from '../../domain/first-of.ts';
import type { Presentation } from '../present.ts';
import { safeName, safeText } from '../safe-text.ts';
import { counted } from '../../domain/counted.ts';

/** What became of a group that was to be created or deleted. */
export interface GroupResult {
  readonly source: string;
  readonly kind: string;
  readonly group: Group;
  readonly dryRun: boolean;
  readonly op: 'create' | 'delete';
  readonly outcome: 'created' | GroupDeletion | 'planned';
  readonly near?: readonly string[];
  /** Of a deletion that was not made: who is in the group. */
  readonly members?: readonly string[];
  readonly run?: string;
}

export function presentGroupResult(result: GroupResult): Presentation {
  const { group, op, outcome, near, members } = result;
  return {
    json: { schema: 1, ...result },
    csv: { columns: ['name', 'op', 'outcome'], rows: [[group.name, op, outcome]] },
    human: ({ style }) => {
      const name = safeName(group.name);
      if (outcome === 'planned') {
        if (group.linked === true) return [unlinkWords('Would unlink', name)];
        const planned = `Would ${op} the group ${name}.`;
        return op === 'create' ? [planned] : [planned, ...lossWords(group, members)];
      }
      if (outcome === 'created') return [style.good(`Created the group ${name}.`)];
      if (outcome === 'unlinked') return [style.good(unlinkWords('Unlinked', name))];
      if (outcome === 'deleted') return [style.good(`Deleted the group ${name}.`)];
      const mean = near?.length ? ` Did you mean ${near.map(safeText).join(' or ')}?` : '';
      return [`There is no group named ${name}; nothing to do.${mean}`];
    },
  };
}

/** Who is in a group that would be deleted, and what an undo would not bring back. */
function lossWords({ slug }: Group, members: readonly string[] | undefined): string[] {
  if (members === undefined) {
    return ['The server does not name its members, so the deletion could not be undone.'];
  }
  return [
    members.length === 0
      ? 'It has no members.'
      : `It has ${counted(members.length, 'member')}: ${firstAndMore(members, safeName)}.`,
    // Only groups that have a slug have a role.
    `Undo would restore the group and its members, but not its permissions${slug === undefined ? '' : ' or its role'}.`,
  ];
}

function unlinkWords(verb: string, name: string): string {
  return `${verb} the group ${name} from this organization; the group and its members stay in the parent organization.`;
}
