import { spawn } from 'node:child_process';
import type { Pager, PagerCommand } from './io.ts';
import { drained } from './streams.ts';

/** Starts it; rejects where it cannot be started. */
export async function startPager({ words, env }: PagerCommand): Promise<Pager> {
  const [program = '', ...args] = words;
  const child = spawn(program, args, {
    stdio: ['pipe', 'inherit', 'inherit'],
    // As gh has it: ends at once if all fits, keeps colours, leaves the text on the screen.
    env: { LESS: 'FRX', LV: '-c', ...env },
  });
  await new Promise((resolve, reject) => {
    child.once('spawn', resolve).once('error', reject);
  });
  const closed = new Promise<void>((resolve) => void child.once('close', () => resolve()));
  // It may be left before all of it was written.
  child.stdin.on('error', () => undefined);
  return {
    write: async (text) => {
      child.stdin.write(text);
      await drained(child.stdin);
    },
    end: async () => {
      child.stdin.end();
      await closed;
    },
  };
}
