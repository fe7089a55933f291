import * as v from 'valibot';
import { defined } from '../../../domain/defined.ts';
import type {
  ApiKey,
  Permission,
  SecurityTask,
  TaskAttribute,
  UserAccount,
} from '../../../domain/security.ts';

/** The objects of the Security API (contract: "Objects"), and what groupctl makes of them. */

const text = v.nullish(v.string());
const names = v.nullish(v.array(v.string()));
/** A larger number was rounded, and would be the id of something else. */
const id = v.union([v.pipe(v.number(), v.safeInteger()), v.string()]);

export const UserSchema = v.object({
  name: v.string(),
  displayName: text,
  email: text,
  groups: names,
});

export const TaskSchema = v.object({
  name: v.string(),
  description: text,
  feedScoped: v.nullish(v.boolean()),
  attributes: names,
});

export const AttributeSchema = v.object({
  name: v.string(),
  feedScoped: v.nullish(v.boolean()),
});

export const PermissionSchema = v.object({
  id: v.nullish(id),
  user: text,
  group: text,
  task: text,
  feed: text,
  feedGroup: text,
  deny: v.nullish(v.boolean()),
});

/** What is not named here is dropped as it is read: an answer may hold the `key` itself. */
export const ApiKeySchema = v.object({
  id,
  type: text,
  logging: text,
  user: text,
  displayName: text,
  description: text,
  expiration: text,
  systemApis: names,
  packagePermissions: names,
  feed: text,
  feedGroup: text,
});

/** The fields that are there and not empty. */
function filled<T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
  const kept = Object.entries(fields).filter(([, value]) => value !== null && value !== '');
  return defined(Object.fromEntries(kept));
}

export function toUser({ name, ...rest }: v.InferOutput<typeof UserSchema>): UserAccount {
  return { name, ...filled(rest) };
}

export function toTask(wire: v.InferOutput<typeof TaskSchema>): SecurityTask {
  const { name, description, feedScoped, attributes } = wire;
  return {
    name,
    ...filled({ description }),
    feedScoped: feedScoped === true,
    attributes: attributes ?? [],
  };
}

export function toAttribute(wire: v.InferOutput<typeof AttributeSchema>): TaskAttribute {
  return { name: wire.name, feedScoped: wire.feedScoped === true };
}

export function toPermission(wire: v.InferOutput<typeof PermissionSchema>): Permission {
  const { id: number, deny, ...rest } = wire;
  return {
    ...(number === null || number === undefined ? {} : { id: String(number) }),
    ...filled(rest),
    deny: deny === true,
  };
}

export function toApiKey(wire: v.InferOutput<typeof ApiKeySchema>): ApiKey {
  const { id: number, type, ...rest } = wire;
  return { id: String(number), type: type ?? 'Other', ...filled(rest) };
}
