import type { OutputStream } from '../io.ts';
import type { ProgressSnapshot, ProgressView } from './meter.ts';
import { countText, idleText, paceText, shortCount, tailText } from './text.ts';
import type { Style } from '../style.ts';

/** The bar's length is a multiple of the step, or it would change with each digit beside it. */
const LONGEST_BAR = 40;
const BAR_STEP = 10;
/** The width of a terminal that does not report one. */
const COLUMNS = 80;

const CLEAR_RIGHT = '\u001b[K';
const CLEAR_LINE = '\r\u001b[2K';

/**
 * Progress on a terminal: one line that is drawn over, with a bar where there is room for one. It
 * neither moves to a saved place, which is another line once somebody has pressed Enter, nor hides the
 * cursor, which would stay so when the process is killed. Each frame is one write.
 */
export function openBar(stderr: OutputStream, style: Style): ProgressView {
  /** What is on the terminal now. */
  let drawn: string | undefined;
  return {
    draw(snapshot) {
      const { columns = 0 } = stderr;
      const text = line(snapshot, columns < 1 ? COLUMNS : columns, style);
      if (text !== drawn) stderr.write(`\r${text}${CLEAR_RIGHT}`);
      drawn = text;
    },
    hide() {
      if (drawn !== undefined) stderr.write(CLEAR_LINE);
      drawn = undefined;
    },
  };
}

/** As much as there is room for; the last column stays free, or the terminal would wrap. */
function line(snapshot: ProgressSnapshot, columns: number, style: Style): string {
  const room = columns - 1;
  if (snapshot.done === 0) return idleText(snapshot).slice(0, room);
  const [count, pace, tail] = [countText(snapshot), paceText(snapshot), tailText(snapshot)];
  const shortest = `${shortCount(snapshot)}${tail}`;
  const texts = [`${count}${pace}${tail}`, `${count}${tail}`, shortest];
  // The text is ASCII: a character is a column.
  const text = texts.find(({ length }) => length <= room) ?? shortest;
  const space = Math.min(LONGEST_BAR, room - text.length - 3);
  const size = space - (space % BAR_STEP);
  return size <= 0 ? text.slice(0, room) : `[${bar(snapshot, size, style)}] ${text}`;
}

function bar({ done, total }: ProgressSnapshot, size: number, style: Style): string {
  const full = total === 0 ? size : Math.round(Math.min(1, done / total) * size);
  const rest = size - full;
  return `${full === 0 ? '' : style.good('='.repeat(full))}${rest === 0 ? '' : style.faint('-'.repeat(rest))}`;
}
