/** The shape of --json of the commands that create or delete a group. */
export const GROUP_JSON =
  '{"schema":1,"source","kind","group":{"name"},"dryRun","op","outcome","near"?:[…],"members"?:[…],"permissions"?:[…],"undoable"?,"run"?}\noutcome: created, deleted, unlinked, already-absent, planned; members: who is in a group that a dry run would delete; permissions: those of a group that is deleted; undoable: false where the server did not name its members';
