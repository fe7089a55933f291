import { didYouMean, sentences } from '../../domain/sentences.ts';
import type { GroupDeletion } from '../../backends/port.ts';
import type { Group } from '../../domain/group.ts';
import { firstAndMore } from '../../domain/first-of.ts';
import type { Permission } from '../../domain/security.ts';
import type { Presentation } from '../present.ts';
import { safeName, safeText } from '../safe-text.ts';
import { counted } from '../../domain/counted.ts';
import { permissionLine } from './security/permissions.ts';

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
  /** Of a deletion: the permissions of the group; undefined where they cannot be read. */
  readonly permissions?: readonly Permission[];
  /** Of a deletion: false where the server did not name the members, so that they are not on record. */
  readonly undoable?: false;
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
        if (group.linked === true) return [unlinkWords('Would unlink', name)];
        const planned = `Would ${op} the group ${name}.`;
        return op === 'create' ? [planned] : [planned, ...lossWords(result)];
      }
      if (outcome === 'created') return [style.good(`Created the group ${name}.`)];
      if (outcome === 'unlinked') return [style.good(unlinkWords('Unlinked', name))];
      if (outcome === 'deleted') {
        return [style.good(`Deleted the group ${name}.`), ...deletedWords(result)];
      }
      const mean = didYouMean((near ?? []).map(safeText));
      return [sentences(`There is no group named ${name}; nothing to do.`, mean)];
    },
  };
}

/** Who is in a group that would be deleted, and what an undo would not bring back. */
function lossWords({ group: { slug }, members, permissions }: GroupResult): string[] {
  if (members === undefined) {
    return ['The server does not name its members, so the deletion could not be undone.'];
  }
  return [
    members.length === 0
      ? 'It has no members.'
      : `It has ${counted(members.length, 'member')}: ${firstAndMore(members, safeName)}.`,
    ...(permissions === undefined
      ? // Only groups that have a slug have a role.
        [
          `Undo would restore the group and its members, but not its permissions${slug === undefined ? '' : ' or its role'}.`,
        ]
      : [
          permissionsInWords(permissions),
          members.length + permissions.length === 0
            ? 'Undo would restore the group.'
            : 'Undo would restore the group with all of that.',
        ]),
  ];
}

/** What the server deleted with the group. */
function deletedWords({ permissions = [], undoable, run }: GroupResult): string[] {
  const isLost = undoable === false;
  const lost = 'The server does not name its members, so the deletion cannot be undone.';
  const rest = isLost ? [lost] : [];
  if (permissions.length === 0) return rest;
  const undo = run === undefined || isLost ? '' : ' Undo restores them.';
  return [`${permissionsInWords(permissions)}${undo}`, ...rest];
}

function permissionsInWords(permissions: readonly Permission[]): string {
  if (permissions.length === 0) return 'It has no permissions.';
  const lines = permissions.map((each) => safeText(permissionLine(each))).join('; ');
  return `${permissions.length === 1 ? 'Its permission' : 'Its permissions'}: ${lines}.`;
}

function unlinkWords(verb: string, name: string): string {
  return `${verb} the group ${name} from this organization; the group and its members stay in the parent organization.`;
}
