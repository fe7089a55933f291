import { defined } from '../../domain/defined.ts';
import * as v from 'valibot';
import { KIND_NAMES } from '../../backends/kinds.ts';
import type { Credentials, ExternalCredentials, Source } from '../../domain/source.ts';

/** What the configuration file holds, as it is checked when it is read. */
const text = v.pipe(v.string(), v.nonEmpty('filled in'));
const serverUrl = v.pipe(
  text,
  // It is shown in lists and messages.
  v.check((url) => !hasUserInfo(url), 'a URL without a user name or password'),
);

const StoredSourceSchema = v.looseObject({
  name: text,
  kind: v.picklist(KIND_NAMES),
  url: serverUrl,
  apiKey: v.optional(text),
  username: v.optional(text),
  password: v.optional(text),
  clientId: v.optional(text),
  clientSecret: v.optional(text),
  keyring: v.optional(text),
  apiKeyCommand: v.optional(text),
  clientSecretCommand: v.optional(text),
  caFile: v.optional(text),
  sharedStore: v.optional(text),
  feed: v.optional(text),
  dialect: v.optional(v.picklist(['auto', 'update', 'add'])),
  settle: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  userCheck: v.optional(v.boolean()),
  self: v.optional(text),
  organizationSlug: v.optional(text),
});

export const ConfigSchema = v.looseObject({
  sources: v.optional(v.array(StoredSourceSchema), []),
  /** The source that commands use without --source; see `sources default`. */
  defaultSource: v.optional(text),
});

export type StoredSource = v.InferOutput<typeof StoredSourceSchema>;

/** The first thing that is wrong, with its place, and never with the value (it may be a key). */
export function firstProblem(issues: readonly v.BaseIssue<unknown>[]): string {
  const issue = issues[0];
  if (issue === undefined) return 'it is not what groupctl wrote';
  const place = v.getDotPath(issue) ?? 'the top level';
  const own = issue.type === 'check' || issue.type === 'non_empty';
  return `${place} should be ${own ? issue.message : (issue.expected ?? 'different')}`;
}

function hasUserInfo(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return username !== '' || password !== '';
}

/** A source as the program knows it; what it does not know of it is left out. */
export function fromStored(stored: StoredSource): Source {
  const { name, kind, url, feed, dialect, settle, userCheck, self, organizationSlug } = stored;
  const { caFile, sharedStore } = stored;
  const credentials = storedCredentials(stored);
  const external = credentials === undefined ? storedElsewhere(stored) : undefined;
  return {
    name,
    kind,
    url,
    ...defined({ credentials, external, feed, dialect, settle, userCheck, self }),
    ...defined({ organizationSlug, caFile, sharedStore }),
  };
}

/** What a source has in the file that this version of groupctl does not know. */
export function unknownFields(stored: StoredSource): Record<string, unknown> {
  const known = StoredSourceSchema.entries;
  return Object.fromEntries(Object.entries(stored).filter(([key]) => !(key in known)));
}

function storedCredentials(stored: StoredSource): Credentials | undefined {
  const { apiKey, username, password, clientId, clientSecret } = stored;
  if (apiKey !== undefined) return { type: 'api-key', apiKey };
  if (username !== undefined && password !== undefined) {
    return { type: 'password', username, password };
  }
  if (clientId !== undefined && clientSecret !== undefined) {
    return { type: 'client', clientId, clientSecret };
  }
  return undefined;
}

function storedElsewhere(stored: StoredSource): ExternalCredentials | undefined {
  const { keyring, apiKeyCommand, clientSecretCommand, username, clientId } = stored;
  if (apiKeyCommand !== undefined) return { type: 'api-key', from: { command: apiKeyCommand } };
  if (clientSecretCommand !== undefined && clientId !== undefined) {
    return { type: 'client', clientId, from: { command: clientSecretCommand } };
  }
  if (keyring === undefined) return undefined;
  const from = { keyring };
  if (username !== undefined) return { type: 'password', username, from };
  return clientId === undefined ? { type: 'api-key', from } : { type: 'client', clientId, from };
}

export function toStored(source: Source): StoredSource {
  const { credentials, external, ...rest } = source;
  if (credentials !== undefined) {
    const { type: _, ...secrets } = credentials;
    return { ...rest, ...secrets };
  }
  if (external === undefined) return rest;
  const { type, from, ...login } = external;
  if ('keyring' in from) return { ...rest, ...login, keyring: from.keyring };
  const { command } = from;
  return type === 'client'
    ? { ...rest, ...login, clientSecretCommand: command }
    : { ...rest, apiKeyCommand: command };
}
