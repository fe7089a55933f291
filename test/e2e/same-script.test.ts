import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cleanEnv, pack, type Packed, start } from '../helpers/packed.ts';

/** One script, and only the source changes: the outcomes and exit codes are the same. */

interface Result {
  readonly outcomes?: readonly { requested: string; outcome: string; verified: boolean }[];
  readonly outcome?: string;
}

const MEMBERS = ['security', 'groups', 'members'];
const GROUPS = ['security', 'groups'];

/** Words, exit code, and what came of whom. */
const SCRIPT: readonly (readonly [readonly string[], number, readonly string[]])[] = [
  [[...MEMBERS, 'add', '--member=John Smith', '--name=Developers'], 0, ['John Smith: added']],
  [
    [...MEMBERS, 'add', '--member=John Smith', '--name=developers'],
    0,
    ['John Smith: already-member'],
  ],
  [
    [
      ...MEMBERS,
      'add',
      '--member=jsmith',
      '--member=ajohnson',
      '--member=djones',
      '--name=Developers',
      '--dry-run',
    ],
    0,
    ['jsmith: planned', 'ajohnson: planned', 'djones: already-member'],
  ],
  [
    [
      ...MEMBERS,
      'add',
      '--member=JSMITH',
      '--member=ajohnson',
      '--member=djones',
      '--name=Developers',
    ],
    0,
    ['JSMITH: added', 'ajohnson: added', 'djones: already-member'],
  ],
  [[...MEMBERS, 'add', '--member=jsmiht', '--name=Developers'], 4, ['jsmiht: no-such-user']],
  [
    [...MEMBERS, 'add', '--member=jsmiht', '--member=mbrown', '--name=QA', '--skip-unknown'],
    7,
    ['jsmiht: no-such-user', 'mbrown: added'],
  ],
  [[...MEMBERS, 'add', '--member=jsmith', '--name=Develpers'], 4, []],
  [[...MEMBERS, 'remove', '--member=jsmith', '--name=Developers'], 0, ['jsmith: removed']],
  [[...MEMBERS, 'remove', '--member=jsmith', '--name=Developers'], 0, ['jsmith: already-absent']],
  [[...MEMBERS, 'remove', '--member=jsmiht', '--name=Developers'], 4, ['jsmiht: no-such-user']],
  [[...GROUPS, 'create', '--name=Release Team'], 0, ['created']],
  [[...MEMBERS, 'add', '--member=jsmith', '--name=Release Team'], 0, ['jsmith: added']],
  [[...GROUPS, 'delete', '--name=Release Team', '--dry-run'], 0, ['planned']],
  [[...GROUPS, 'delete', '--name=Release Team'], 0, ['deleted']],
  [[...GROUPS, 'delete', '--name=Release Team'], 0, ['already-absent']],
  [[...GROUPS, 'list'], 0, []],
  [[...MEMBERS, 'list', '--name=Release Team'], 4, []],
  [['health'], 0, []],
];

describe.each(['sandbox', 'sandbox:infisical'])('the script on --source=%s', (source) => {
  let packed: Packed;
  beforeAll(() => {
    packed = pack();
  });
  afterAll(() => packed.remove());

  it('has the same outcomes and exit codes', async () => {
    const env = cleanEnv({
      GROUPCTL_CONFIG_DIR: join(packed.folder, 'config'),
      GROUPCTL_STATE_DIR: join(packed.folder, 'state'),
    });
    for (const [words, code, expected] of SCRIPT) {
      const args = [...words, `--source=${source}`, '--json'];
      const finished = await start(packed.bin, args, env).finished;
      const document = finished.stdout === '' ? {} : (JSON.parse(finished.stdout) as Result);
      const said =
        document.outcomes?.map(({ requested, outcome }) => `${requested}: ${outcome}`) ??
        (document.outcome === undefined ? [] : [document.outcome]);
      const context = `${words.join(' ')}: ${finished.stderr}`;
      expect({ context, code: finished.code, said }).toEqual({ context, code, said: expected });
    }
  }, 120_000);
});
