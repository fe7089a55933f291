import { addOutputOptions, addYesOption } from '../../cli/options.ts';
import { verb } from '../../cli/verb.ts';
import type { UnlockOptions } from '../../operations/store/unlock.ts';
import type { UnlockResult } from '../../output/results/store.ts';
import { STORE_EXIT_CODES } from './options.ts';

export const register = verb<UnlockOptions, UnlockResult>({
  name: 'unlock',
  summary: 'Take the lock of a group away from a run. A lock ends by itself 15 s after its run.',
  options: (add) => {
    add.required('--source <name|url>', 'the server of the group');
    add.required('--name <group>', 'the group');
    add.number('--token <n>', 'the token of the lock, from "store status"', {
      integer: true,
      min: 1,
    });
    add.in('Safety').flag('--in-flight', 'also while a write may still take effect');
    addYesOption(add);
    addOutputOptions(add);
  },
  oneOf: [['--token']],
  examples: ['groupctl store unlock --source=prod --name=Developers --token=42'],
  json: '{"schema":1,"store","server","group","token","outcome","inFlightS"?}\noutcome: unlocked, not-locked',
  exitCodes: [...STORE_EXIT_CODES, [8, 'another token; a write is in flight; the answer was no']],
  run: async (options, deps) =>
    (await import('../../operations/store/unlock.ts')).unlockGroup(options, deps),
  present: async () => (await import('../../output/results/store.ts')).presentUnlock,
});
