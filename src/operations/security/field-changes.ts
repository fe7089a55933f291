import type { FieldChange, SecurityTask, UserAccount } from '../../domain/security.ts';
import type { UserFields } from '../../backends/security-port.ts';

/** What a write changes of a thing that is there already. */

export function taskChanges(before: SecurityTask, after: SecurityTask): FieldChange[] {
  return [
    change('description', before.description ?? '', after.description ?? ''),
    change('feedScoped', before.feedScoped, after.feedScoped),
    change('attributes', [...before.attributes].sort(), [...after.attributes].sort()),
  ].flat();
}

/** A password is a change without values. */
export function userChanges(before: UserAccount, after: UserFields): FieldChange[] {
  const { displayName = before.displayName, email = before.email, password } = after;
  return [
    change('displayName', before.displayName ?? '', displayName ?? ''),
    change('email', before.email ?? '', email ?? ''),
    password === undefined ? [] : [{ field: 'password' } as const],
  ].flat();
}

function change(
  field: FieldChange['field'],
  before: string | boolean | readonly string[],
  after: string | boolean | readonly string[],
): FieldChange[] {
  return String(before) === String(after) ? [] : [{ field, before, after }];
}
