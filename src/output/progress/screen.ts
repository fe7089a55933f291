import type { Clock } from '../../http/deadline.ts';
import type { Io, OutputStream, OutputSettings } from '../io.ts';
import { type Every, Meter, type MeterOptions, type Progress, waitingText } from './meter.ts';
import { styleFor } from '../style.ts';

/** The streams of a run and the progress that is drawn on them: one at a time, never in between. */

interface ScreenOptions {
  readonly io: Io;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Pick<Clock, 'now'>;
  readonly output: OutputSettings;
  /** Called with a wait and its milliseconds. */
  readonly warn: (message: string, waitMs: number) => void;
  /** How time passes without steps. */
  readonly every: Every;
}

const SILENT: Progress = {
  step: () => undefined,
  waiting: () => undefined,
  stop: () => undefined,
};

export class Screen {
  /** The streams, with the bar cleared before each text and drawn again after it. */
  readonly io: Io;
  readonly #options: ScreenOptions;
  #meter: Meter | undefined;

  constructor(options: ScreenOptions) {
    this.#options = options;
    const { io } = options;
    this.io = { ...io, stdout: this.#around(io.stdout), stderr: this.#around(io.stderr) };
  }

  /** Progress from now until its `stop`; one that is still there is stopped. */
  progress(total: number, what: string): Progress {
    const { io, env, clock, output, warn, every } = this.#options;
    // Reading, then writing: for the reader it is one wait.
    const previous = this.#meter?.times;
    this.#meter?.stop();
    if (output.quiet) return SILENT;
    const { stderr } = io;
    const animated = stderr.isTTY && env['TERM'] !== 'dumb';
    const open: MeterOptions['open'] = animated
      ? async () => {
          const { openBar } = await import('./bar.ts');
          return openBar(stderr, styleFor(stderr, output.color));
        }
      : async () => (await import('./lines.ts')).openLines(stderr);
    this.#meter = new Meter({ total, what, clock, previous, animated, open, warn, every });
    return this.#meter;
  }

  /** A wait that a person should know of: in the progress where there is one, else a warning. */
  waiting(ms: number, why: string): void {
    if (this.#meter?.active === true) this.#meter.waiting(ms, why);
    else this.#options.warn(waitingText(ms, why), ms);
  }

  /** Removes what is drawn, for good. */
  end(): void {
    this.#meter?.stop();
    this.#meter = undefined;
  }

  #around(stream: OutputStream): OutputStream {
    if (!stream.isTTY) return stream;
    return {
      isTTY: true,
      get columns() {
        return stream.columns;
      },
      get rows() {
        return stream.rows;
      },
      drained: async () => await stream.drained?.(),
      write: (text) => {
        this.#meter?.hide();
        stream.write(text);
        // Below a line that is not at its end nothing can be drawn.
        if (text.endsWith('\n')) this.#meter?.show();
      },
    };
  }
}
