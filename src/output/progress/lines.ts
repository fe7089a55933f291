import type { OutputStream } from '../io.ts';
import type { ProgressView } from './meter.ts';
import { countText, idleText, paceText, tailText } from './text.ts';

/** Progress off a terminal: a line now and then, in whole sentences. */
export function openLines(stderr: OutputStream): ProgressView {
  return {
    draw(standing) {
      const text =
        standing.done === 0
          ? idleText(standing)
          : `${countText(standing)}${paceText(standing)}${tailText(standing)}`;
      stderr.write(`${text}.\n`);
    },
    hide: () => undefined,
  };
}
