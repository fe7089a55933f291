import { describe, expect, it } from 'vitest';
import { ListServer, type Timing } from './list-server.ts';
import { type Claim, oneLook, repeatedLooks, type Strategy } from './strategies.ts';
import { VirtualClock } from './virtual-clock.ts';

/**
 * The schedule of the contract ("The race", point 4): A and B read at 0, A writes at 10, E reads
 * at 20, B writes at 90, C reads at 100, E writes at 110 and so brings A's member back, A looks at
 * 160 and is content, C writes at 190 and A's member is gone.
 */
async function play(
  strategy: Strategy,
  seed: number,
): Promise<{ claim: Claim | undefined; members: readonly string[]; back: boolean; gone: boolean }> {
  const clock = new VirtualClock(seed);
  const server = new ListServer(clock, ['djones']);
  const timing: Timing = {
    read: () => ({ looksAfter: 0, answersAfter: 0 }),
    write: () => ({ commitsAfter: 10, answersAfter: 10 }),
  };
  let [gone, back] = [false, false];
  const other = (member: string, readAt: number, writeAt: number): void => {
    let base: readonly string[] = [];
    clock.at(readAt, () => {
      base = server.members;
    });
    clock.at(writeAt, () => {
      server.members = [...base, member];
    });
  };
  other('b', 0, 90);
  other('e', 20, 110);
  other('c', 100, 190);
  clock.at(95, () => {
    gone = !server.members.includes('a');
  });
  clock.at(115, () => {
    back = server.members.includes('a');
  });
  let claim: Claim | undefined;
  const done = strategy({ clock, server, timing, member: 'a', settleMs: 150 }).then((said) => {
    claim = said;
  });
  await clock.run();
  await done;
  return { claim, members: server.members, back, gone };
}

describe('the schedule that one look does not see', () => {
  it('loses the member and says nothing, with one look after the settle time', async () => {
    const { claim, members, gone, back } = await play(oneLook, 1);
    expect({ gone, back }).toEqual({ gone: true, back: true });
    expect(claim).toBe('kept');
    expect(members).toEqual(['djones', 'b', 'c']);
  });

  it('keeps the member with repeated looks, whatever the jitter', async () => {
    for (let seed = 1; seed <= 100; seed++) {
      const { claim, members } = await play(repeatedLooks, seed);
      expect({ seed, claim }).toEqual({ seed, claim: 'kept' });
      expect(members, `seed ${seed}`).toContain('a');
      expect(members, `seed ${seed}`).toContain('c');
    }
  });
});
