/** The shape of --json of the commands that create or delete a group. */
export const GROUP_JSON =
  '{"schema":1,"source","kind","group":{"name"},"dryRun","op","outcome","run"?}\noutcome: created, deleted, unlinked, already-absent, planned';
