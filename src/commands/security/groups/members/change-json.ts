/** The shape of --json of every command that changes members. */
export const CHANGE_JSON = `{"schema":1,"source","kind","group":{"name"},"dryRun",
 "outcomes":[{"member","requested","type","op","outcome","verified","error"?}],
 "summary":{"added","alreadyMember","removed","alreadyAbsent","planned",
            "noSuchUser","refused","failed","notTried","unknown"},"run"?}
outcome: added, already-member, removed, already-absent, planned, no-such-user,
         refused, failed, unknown`;
