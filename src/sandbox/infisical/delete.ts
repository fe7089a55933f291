/** Deleting a group, and what that does to linked ones (contract, Sub-organizations). */
import { empty, json } from '../http.ts';
import type { InfisicalGroup, InfisicalState } from './model.ts';
import { organization, organizationOf } from './organizations.ts';
import { groupById, permit, permitByPlan } from './permit.ts';
import type { Route } from './routes.ts';
import type { Call } from './server.ts';
import { shown, written } from './shown.ts';
import { badRequest, broken, isUuid } from './wire.ts';

/** Old: of a missing group, or another organization's, 200 and no body. */
export const remove: Route['answer'] = async (call) => {
  const [id = ''] = call.params;
  return call.state.update(({ infisical }) => {
    permit(call, infisical, 'delete');
    permitByPlan(call, 'delete');
    if (call.server.isOld) return removeOld(call, infisical, id);
    const group = groupById(call, infisical, id, 'Cannot');
    const orgId = organizationOf(call, infisical);
    if (group.orgId !== orgId) return unlink(call, group, orgId);
    const linked = Object.keys(group.links ?? {})
      .flatMap((link) => organization(infisical, link) ?? [])
      .map(({ name }) => `"${name}"`);
    if (linked.length > 0) {
      throw badRequest(
        `Cannot delete this group because it is linked by sub-organizations. Unlink it from these sub-organizations first: ${linked.join(', ')}.`,
      );
    }
    take(call, infisical, group);
    return json(written(call, group));
  });
};

function removeOld(call: Call, section: InfisicalState, id: string) {
  if (!isUuid(id)) throw broken('Delete');
  const wanted = id.toLowerCase();
  const group = section.groups.find((one) => one.id === wanted && one.orgId === section.orgId);
  if (group === undefined) return empty();
  take(call, section, group);
  return json(shown(group));
}

function take({ server }: Call, section: InfisicalState, group: InfisicalGroup): void {
  section.groups = section.groups.filter((one) => one !== group);
  server.replica.noteGroup(group.id, group);
}

/** The group and its members stay in the parent. */
function unlink(call: Call, group: InfisicalGroup, orgId: string) {
  const { [orgId]: link, ...links } = group.links ?? {};
  group.links = links;
  call.server.replica.noteChange(group.id, (copy) => {
    if (link !== undefined) copy.links = { ...copy.links, [orgId]: link };
  });
  return json(written(call, group));
}
