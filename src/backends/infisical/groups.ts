import { quote } from '../../domain/shorten.ts';
import { defined } from '../../domain/defined.ts';
import type { Group } from '../../domain/group.ts';
import { NameIndex } from '../../domain/names.ts';
import { type GroupctlError, isGroupctlError, reworded } from '../../errors.ts';
import type { Clock } from '../../http/deadline.ts';
import type { ChangeOptions } from '../change-port.ts';
import type { CreateGroupOptions, GroupDeletion, GroupWrite } from '../port.ts';
import { callAndConfirm } from '../shared/call-and-confirm.ts';
import { groupExistsError } from '../shared/name-errors.ts';
import { pickGroup as pickByName } from '../shared/pick-group.ts';
import type { InfisicalApi } from './api.ts';
import type { WireGroup } from './convert.ts';

/** Finding, creating and deleting groups. Groups are written by id, never by slug or name. */

/**
 * The group that was typed: an exact id, then an exact slug, then a name, exactly so or without blanks
 * around it.
 *
 * @throws not-found (4) `no-such-group` with near names; ambiguous (2) with slug and id of each
 */
export function pickGroup(ref: string, groups: readonly WireGroup[]): WireGroup {
  const index = new NameIndex(groups.map(({ name }) => name));
  const typed = index.hasExact(ref) ? ref : ref.trim();
  const byId = groups.find(({ id }) => id.toLowerCase() === typed.toLowerCase());
  const exact = byId ?? groups.find(({ slug }) => slug === typed);
  if (exact !== undefined) return exact;
  return pickByName(ref, groups, {
    describe: ({ name, slug, id }) => ({
      words: `${quote(name)} (slug ${slug}, id ${id})`,
      candidate: { name, slug, id },
    }),
    hint: 'Name the group by its slug or its id.',
    otherNames: groups.map(({ slug }) => slug),
  });
}

/** What a call that is read back needs. */
interface Answering {
  readonly clock: Clock;
  readonly warn: (message: string) => void;
}

/**
 * Creates an empty group. The server would accept a second group of the same name; groupctl creates
 * one only with a slug of its own.
 */
export async function createGroup(
  api: InfisicalApi,
  { clock, warn }: Answering,
  { name, slug, role, dryRun }: CreateGroupOptions,
  write: GroupWrite,
): Promise<WireGroup | undefined> {
  const before = await api.listGroups();
  if (slug !== undefined && before.some((group) => group.slug === slug)) {
    throw takenError(name, slug);
  }
  if (slug === undefined && new NameIndex(before.map((group) => group.name)).has(name)) {
    throw takenError(name, slug);
  }
  if (dryRun) return undefined;
  const known = new Set(before.map(({ id }) => id));
  const body = { name, ...defined({ slug, role }) };
  let id: string | undefined;
  let isTaken = false;
  /** Without an answer somebody else may have created it; if the slug was taken, under another name. */
  const isNew = (group: WireGroup): boolean =>
    !known.has(group.id) &&
    ((isTaken && slug !== undefined) || group.name === name) &&
    (slug ?? group.slug) === group.slug;
  return await callAndConfirm({
    async send() {
      try {
        ({ id } = await api.createGroup(body, {
          before: () => write.beforeSend({ call: 'POST groups' }),
        }));
      } catch (error) {
        if (!isGroupctlError(error)) throw error;
        isTaken = saysTaken(error);
        throw creationError(error, role);
      }
    },
    async readBack() {
      const groups = await api.listGroups({ interruptible: false });
      const [made, ...others] = groups.filter(id === undefined ? isNew : (each) => each.id === id);
      return others.length > 0 && !isTaken ? undefined : (made ?? false);
    },
    answerLost(error) {
      if (isTaken) throw takenError(name, slug, error);
      write.answerLost?.(error);
    },
    call: 'POST groups',
    what: `"${name}" was created`,
    warn,
    sends: 1,
    polls: { clock, waitsMs: POLLS_MS },
  });
}

/**
 * What the server means: a 404 is about the role, and a 400 may say that name or slug are taken
 * (contract: "Servers of 2026", Groups).
 */
function creationError(error: GroupctlError, role: string | undefined): GroupctlError {
  const { kind, status, serverText = '' } = error;
  if (kind === 'not-found' && role !== undefined) {
    return reworded(error, {
      code: 'no-such-role',
      message: `The organization has no role "${role}" (${status} to POST groups).`,
      hint: 'Use admin, member or no-access, or the slug of a custom role of the organization.',
      suggest: undefined,
      nothingWritten: true,
    });
  }
  if (/already in use by another group/i.test(serverText)) {
    return reworded(error, { code: 'group-exists' });
  }
  return error;
}

/** True for how an older server refuses a slug that is taken (contract: "Endpoints"). */
function saysTaken({ status, serverError }: GroupctlError): boolean {
  return status === 500 && serverError === 'Create';
}

/** @param refusal what the server answered, if it was asked */
function takenError(
  name: string,
  slug: string | undefined,
  refusal?: GroupctlError,
): GroupctlError {
  const what = slug === undefined ? `named "${name}"` : `with the slug "${slug}"`;
  return groupExistsError(`There is a group ${what} already.`, refusal);
}

/** The group that a dry run would create. */
export function plannedGroup({ name, slug }: CreateGroupOptions): Group {
  return { name, ...defined({ slug }) };
}

/** Says that a group which is linked from the parent organization is changed there as well. */
export function warnLinked({ name, linked }: Group, { warn }: Pick<ChangeOptions, 'warn'>): void {
  if (linked !== true) return;
  warn(`${name} is linked from the parent organization, so this changes the group there, too.`);
}

/** A group that is to be deleted, or unlinked. */
interface DeletedGroup {
  readonly group: WireGroup;
  readonly members: readonly string[];
  /** Undefined where the token does not tell its organization, and the group may be linked. */
  readonly linked: boolean | undefined;
}

/**
 * Deletes a group by its id, after its members went to the journal. In a sub-organization a group
 * of the parent is only unlinked by it.
 */
export async function deleteGroup(
  api: InfisicalApi,
  { clock, warn }: Answering,
  { group, members, linked }: DeletedGroup,
  write: GroupWrite,
): Promise<GroupDeletion> {
  const { id, name } = group;
  const call = {
    call: 'DELETE groups',
    before: members,
    ...defined({ role: await roleOf(group, api) }),
  };
  const answered = { wasThere: true };
  try {
    await callAndConfirm({
      send: async () => {
        answered.wasThere = await api.deleteGroup(id, { before: () => write.beforeSend(call) });
      },
      readBack: async () => !(await isListed(api, id)),
      call: 'DELETE groups',
      warn,
      what: `"${name}" was ${linked === true ? 'unlinked' : 'deleted'}`,
      sends: 1,
      polls: { clock, waitsMs: POLLS_MS },
    });
  } catch (error) {
    // Another client has deleted it if the list says so, too; else the error stands.
    const isMissing = isGroupctlError(error) && error.code === 'not-found';
    if (!isMissing || (await isListed(api, id))) throw error;
    return 'already-absent';
  }
  if (!answered.wasThere) return 'already-absent';
  const isUnlinked = linked ?? (await api.availableGroups())?.includes(id);
  return isUnlinked === true ? 'unlinked' : 'deleted';
}

/** What `POST groups` takes as `role`; undefined where the server does not tell, or there are several. */
async function roleOf(group: WireGroup, api: InfisicalApi): Promise<string | undefined> {
  const role = 'role' in group ? group['role'] : undefined;
  if (role === 'custom') return await api.customRole(group.id);
  return typeof role === 'string' ? role : undefined;
}

async function isListed(api: InfisicalApi, id: string): Promise<boolean> {
  const groups = await api.listGroups({ interruptible: false });
  return groups.some((group) => group.id === id);
}

/** Milliseconds between reads: a replica may be some seconds behind. */
const POLLS_MS = [100, 200, 400, 800, 1500];
