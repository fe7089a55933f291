import type { Group } from '../../domain/group.ts';
import { sameName } from '../../domain/names.ts';
import type { GroupName } from '../../files/member-file.ts';

/** What the row of a file calls a group, and which group that is. */

/** By its id where an object has one, else by its slug, else by its name; a text may be any of them. */
export function isNamed(each: GroupName, { name, slug, id }: Group): boolean {
  if (typeof each === 'string') {
    const called = each.trim();
    return sameName(called, name) || called === slug || sameName(called, id ?? name);
  }
  if (each.id !== undefined && id !== undefined) return sameName(each.id.trim(), id);
  if (each.slug !== undefined && slug !== undefined) return each.slug.trim() === slug;
  return each.names.some((called) => sameName(called.trim(), name));
}

/** True for what means one group, whatever groups are called. */
export function identifiesGroup(each: GroupName, { id, slug }: Group): boolean {
  if (typeof each === 'string') return id !== undefined && sameName(each.trim(), id);
  return (
    (each.id !== undefined && id !== undefined) || (each.slug !== undefined && slug !== undefined)
  );
}

/** What tells which group is meant. */
export function identifyingText(each: GroupName): string {
  return typeof each === 'string' ? each : (each.id ?? each.slug ?? each.names[0] ?? '');
}

/** All that it says, the name first. */
export function textsOf(name: GroupName): readonly string[] {
  if (typeof name === 'string') return [name];
  return [...name.names, name.slug, name.id].filter((each) => each !== undefined);
}
