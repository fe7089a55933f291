/** The JSON of a write of one user, task, permission or API key. */
export const RESULT_JSON =
  '{"schema":1,"source","kind","what","name","id"?,"op","outcome","changes"?:[{"field","before"?,"after"?}],"dryRun","run"?}\noutcome: created, changed, deleted, already-there, already-absent, planned';
