import { defined } from '../../domain/defined.ts';
import * as v from 'valibot';
import type { Group, GroupState } from '../../domain/group.ts';
import type { Health, HealthPart } from '../../domain/health.ts';

/** The wire objects of the ProGet Security API (contract: "Objects"), and the domain's. */

const nullishText = v.nullish(v.string());

/** Unknown properties are kept: an update sends them back as they were read. */
export const SecurityGroupSchema = v.looseObject({
  name: v.string(),
  users: v.nullish(v.array(v.string())),
});

export const SecurityUserSchema = v.object({
  name: v.string(),
  groups: v.nullish(v.array(v.string())),
  // Only to suggest: a server that has something else there is no reason to fail.
  displayName: v.fallback(nullishText, undefined),
  email: v.fallback(nullishText, undefined),
});

/** `GET health`, `GET health/json`: every field may be missing. */
export const HealthSchema = v.looseObject({
  applicationName: nullishText,
  versionNumber: nullishText,
  releaseNumber: nullishText,
  databaseStatus: nullishText,
  databaseStatusDetails: nullishText,
  licenseStatus: nullishText,
  licenseStatusDetail: nullishText,
  serviceStatus: nullishText,
  serviceStatusDetail: nullishText,
  replicationStatus: v.nullish(
    v.looseObject({
      serverStatus: nullishText,
      serverError: nullishText,
      clientStatus: nullishText,
      clientError: nullishText,
    }),
  ),
});

export type SecurityGroup = v.InferOutput<typeof SecurityGroupSchema>;
export type SecurityUser = v.InferOutput<typeof SecurityUserSchema>;
export type WireHealth = v.InferOutput<typeof HealthSchema>;

/**
 * Groups that are as they should be, checked without the schema, which takes many times as long for
 * 100,000 names; undefined: the schema says what is wrong.
 */
export function groupsAsSent(json: unknown): SecurityGroup[] | undefined {
  if (!Array.isArray(json)) return undefined;
  const groups = json as unknown[];
  return groups.every((group) => isNamed(group) && isNames(group.users))
    ? (groups as SecurityGroup[])
    : undefined;
}

/** The same for users, of which only the needed properties are kept. */
export function usersAsSent(json: unknown): SecurityUser[] | undefined {
  if (!Array.isArray(json)) return undefined;
  const users: SecurityUser[] = [];
  for (const user of json as unknown[]) {
    if (!isNamed(user) || !isNames(user.groups)) return undefined;
    const { name, groups, displayName, email } = user;
    users.push({ name, groups, displayName: textOf(displayName), email: textOf(email) });
  }
  return users;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

interface Named {
  readonly displayName?: unknown;
  readonly email?: unknown;
  readonly name: string;
  readonly users?: unknown;
  readonly groups?: unknown;
}

function isNamed(value: unknown): value is Named {
  return typeof value === 'object' && value !== null && typeof (value as Named).name === 'string';
}

function isNames(value: unknown): value is string[] | null | undefined {
  if (value === undefined || value === null) return true;
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

export function toGroup({ name, users }: SecurityGroup): Group {
  return { name, ...(Array.isArray(users) ? { memberCount: users.length } : {}) };
}

export function toGroupState(group: SecurityGroup, members: readonly string[]): GroupState {
  return {
    group: { name: group.name, memberCount: members.length },
    members: members.map((member) => ({ member, type: 'user' })),
  };
}

export function toHealth(wire: WireHealth, status: number): Health {
  const parts = [
    part('database', wire.databaseStatus, wire.databaseStatusDetails),
    part('license', wire.licenseStatus, wire.licenseStatusDetail),
    part('service', wire.serviceStatus, wire.serviceStatusDetail),
    replication(
      'replication server',
      wire.replicationStatus?.serverStatus,
      wire.replicationStatus?.serverError,
    ),
    replication(
      'replication client',
      wire.replicationStatus?.clientStatus,
      wire.replicationStatus?.clientError,
    ),
  ].filter((candidate) => candidate !== undefined);
  const release = wire.releaseNumber ?? undefined;
  const version = wire.versionNumber ?? undefined;
  return {
    healthy: status < 400 && parts.every(({ ok }) => ok),
    product: wire.applicationName ?? 'ProGet',
    ...defined({ release, version }),
    parts,
  };
}

function part(
  name: string,
  status: string | null | undefined,
  details: string | null | undefined,
): HealthPart | undefined {
  if (status === null || status === undefined || status === '') return undefined;
  const ok = status.toUpperCase() === 'OK';
  return { name, ok, status, ...(details ? { details } : {}) };
}

/** Replication has status words of its own; only an error counts against the server. */
function replication(
  name: string,
  status: string | null | undefined,
  error: string | null | undefined,
): HealthPart | undefined {
  if (!status && !error) return undefined;
  return { name, ok: !error, status: status ?? 'Error', ...(error ? { details: error } : {}) };
}
