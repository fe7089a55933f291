import { Format, type Options, type Params, SingleBar } from 'cli-progress';
import type { OutputStream } from '../io.ts';
import type { ProgressView, ProgressSnapshot } from './meter.ts';
import { countText, idleText, paceText, shortCount, tailText } from './text.ts';
import type { Style } from '../style.ts';

/** Progress on a terminal: one line that is drawn over, with a bar where there is room for one. */

/** The bar's length is a multiple of the step, or it would change with each digit beside it. */
const LONGEST_BAR = 40;
const BAR_STEP = 10;
/** The width of a terminal that does not tell. */
const COLUMNS = 80;

/** SingleBar redraws on a timer of its own; the meter has one, and none may keep the process alive. */
class OneLine extends SingleBar {
  override render(): void {
    super.render();
    const { timer } = this as unknown as { timer: NodeJS.Timeout | null };
    timer?.unref();
  }
}

export function openBar(stderr: OutputStream, style: Style): ProgressView {
  let shown: ProgressSnapshot | undefined;
  const frame = new Frame(stderr);
  const options: Options & { terminal: Frame } = {
    terminal: frame,
    format: (given, params) => (shown === undefined ? '' : line(shown, given, params, style)),
    barsize: LONGEST_BAR,
    barCompleteChar: '=',
    barIncompleteChar: '-',
    linewrap: true,
    clearOnComplete: true,
    synchronousUpdate: false,
    fps: 0.001,
  };
  const bar = new OneLine(options);
  return {
    draw(standing) {
      shown = standing;
      if (bar.isActive) {
        bar.update(standing.done);
        bar.render();
      } else {
        bar.start(standing.total, standing.done);
      }
      frame.flush();
    },
    hide() {
      if (!bar.isActive) return;
      bar.stop();
      frame.flush();
    },
  };
}

/**
 * The terminal as the bar sees it. The library's own saves the cursor's place at the start and goes
 * back there at the end, which is another line once somebody has pressed Enter; and it hides the
 * cursor and stops wrapping, which stays so when the process is killed. This one does neither.
 */
class Frame {
  readonly #stream: OutputStream;
  #text = '';

  constructor(stream: OutputStream) {
    this.#stream = stream;
  }

  /** Writes what was drawn, at once: half a frame is never seen. */
  flush(): void {
    const text = this.#text;
    this.#text = '';
    if (text !== '') this.#stream.write(text);
  }

  write(text: string): void {
    this.#text += text;
  }

  cursorTo(): void {
    this.#text += '\r';
  }

  clearRight(): void {
    this.#text += '\u001b[K';
  }

  clearLine(): void {
    this.#text = '\r\u001b[2K';
  }

  getWidth(): number {
    const { columns } = this.#stream;
    return columns === undefined || columns < 1 ? COLUMNS : columns;
  }

  isTTY(): boolean {
    return true;
  }

  cursorSave(): void {
    // See above.
  }

  cursorRestore(): void {
    // See above.
  }
}

/** As much as there is room for; the last column stays free, or the terminal would wrap. */
function line(standing: ProgressSnapshot, options: Options, params: Params, style: Style): string {
  const room = params.maxWidth - 1;
  if (standing.done === 0) return cut(idleText(standing), room);
  const [count, pace, tail] = [countText(standing), paceText(standing), tailText(standing)];
  const texts = [`${count}${pace}${tail}`, `${count}${tail}`, `${shortCount(standing)}${tail}`];
  const text = texts.find(({ length }) => length <= room) ?? texts[2] ?? '';
  const space = Math.min(LONGEST_BAR, room - text.length - 3);
  const size = space - (space % BAR_STEP);
  if (size <= 0) return cut(text, room);
  return `[${colored(Format.BarFormat(params.progress, { ...options, barsize: size }), style)}] ${text}`;
}

function colored(bar: string, style: Style): string {
  const done = bar.lastIndexOf('=') + 1;
  const rest = bar.slice(done);
  return `${done === 0 ? '' : style.good(bar.slice(0, done))}${rest === '' ? '' : style.faint(rest)}`;
}

/** The text is our own ASCII: a character is a column. */
function cut(text: string, room: number): string {
  return text.length <= room ? text : text.slice(0, Math.max(0, room));
}
