import type { OutputStream } from '../io.ts';
import type { ProgressView } from './meter.ts';
import { countText, idleText, paceText, tailText } from './text.ts';

/** Progress off a terminal: a line now and then, in whole sentences. */
export function openLines(stderr: OutputStream): ProgressView {
  return {
    draw(snapshot) {
      const text =
        snapshot.done === 0
          ? idleText(snapshot)
          : `${countText(snapshot)}${paceText(snapshot)}${tailText(snapshot)}`;
      stderr.write(`${text}.\n`);
    },
    hide: () => undefined,
  };
}
