/**
 * The shape of --json of every command that changes members.
 *
 * @param more fields of one command: `"undoes",`
 */
export function changeJson(more = ''): string {
  return `{"schema":1,"source","kind","group":{"name"},${more}"dryRun",
 "outcomes":[{"member","requested","type","op","outcome","verified","error"?}],
 "summary":{"added","alreadyMember","removed","alreadyAbsent","planned",
            "noSuchUser","refused","failed","notTried","unknown"},"run"?}
outcome: added, already-member, removed, already-absent, planned, no-such-user,
         refused, failed, not-tried, unknown; error.mayApply: sent without an answer`;
}
