import type { Env } from '../../../src/cli/deps.ts';
import type { OutputStream, OutputSettings } from '../../../src/output/io.ts';
import type { Progress } from '../../../src/output/progress/meter.ts';
import { Screen } from '../../../src/output/progress/screen.ts';

/** What a terminal shows after this text: the last line is the one that the cursor is in. */
export function shownBy(text: string): string[] {
  const lines = [''];
  let column = 0;
  // eslint-disable-next-line no-control-regex -- a terminal
  for (const [part] of text.matchAll(/\u001b\[2?K|\r|\n|[^\u001b\r\n]+/g)) {
    const last = lines.length - 1;
    const line = lines[last] ?? '';
    if (part === '\n') {
      lines.push('');
      column = 0;
    } else if (part === '\r') column = 0;
    else if (part === '\u001b[K') lines[last] = line.slice(0, column);
    else if (part === '\u001b[2K') lines[last] = '';
    else {
      lines[last] = line.slice(0, column) + part + line.slice(column + part.length);
      column += part.length;
    }
  }
  return lines;
}

export interface StageOptions {
  readonly tty?: boolean;
  readonly columns?: number;
  readonly env?: Env;
  readonly output?: Partial<OutputSettings>;
}

/** A screen with a clock that stands until it is told, and everything written to it. */
export class Stage {
  now = Date.UTC(2026, 0, 1);
  readonly screen: Screen;
  readonly warnings: string[] = [];
  /** What was written, in the order it was, whatever the stream. */
  written = '';
  writes: string[] = [];
  ticking = 0;
  #pulls: (() => void)[] = [];

  constructor({ tty = false, columns = 80, env = {}, output = {} }: StageOptions = {}) {
    const stream: OutputStream = {
      isTTY: tty,
      columns,
      write: (text) => {
        this.written += text;
        this.writes.push(text);
      },
    };
    this.screen = new Screen({
      io: {
        stdout: stream,
        stderr: stream,
        stdinIsTTY: false,
        readStdin: () => Promise.resolve(Buffer.of()),
      },
      env,
      clock: { now: () => this.now },
      output: { format: 'human', quiet: false, verbose: false, color: false, ...output },
      warn: (message) => void this.warnings.push(message),
      every: (_, pull) => {
        this.ticking++;
        this.#pulls.push(pull);
        return () => {
          this.ticking--;
          this.#pulls = this.#pulls.filter((each) => each !== pull);
        };
      },
    });
  }

  progress(total: number): Progress {
    return this.screen.progress(total, 'members');
  }

  /** Time goes on, without a step; what is loaded then has been loaded. */
  async pass(ms: number): Promise<void> {
    this.now += ms;
    for (const pull of this.#pulls) pull();
    await loaded();
  }

  /** The lines on the terminal. */
  get shown(): string[] {
    return shownBy(this.written);
  }
}

/** The parts that a progress loads when it is first shown are there. */
export async function loaded(): Promise<void> {
  await Promise.all([
    import('../../../src/output/progress/bar.ts'),
    import('../../../src/output/progress/lines.ts'),
  ]);
  await new Promise((resolve) => setImmediate(resolve));
}
