import * as v from 'valibot';

/** What the configuration file holds, as it is checked when it is read. */
const text = v.pipe(v.string(), v.nonEmpty());

export const StoredSourceSchema = v.looseObject({
  name: text,
  kind: v.picklist(['proget', 'infisical']),
  url: text,
  apiKey: v.optional(text),
  username: v.optional(text),
  password: v.optional(text),
  clientId: v.optional(text),
  clientSecret: v.optional(text),
  feed: v.optional(text),
  dialect: v.optional(v.picklist(['auto', 'update', 'add'])),
  settle: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  userCheck: v.optional(v.boolean()),
  self: v.optional(text),
});

export const ConfigSchema = v.looseObject({
  sources: v.optional(v.array(StoredSourceSchema), []),
});

export type StoredSource = v.InferOutput<typeof StoredSourceSchema>;

/** The first thing that is wrong, with its place, and never with the value (it may be a key). */
export function firstProblem(issues: readonly v.BaseIssue<unknown>[]): string {
  const issue = issues[0];
  if (issue === undefined) return 'it is not what groupctl wrote';
  const place = v.getDotPath(issue) ?? 'the top level';
  return `${place} should be ${issue.expected ?? 'different'}`;
}
