import type { ProgressSnapshot } from './meter.ts';

/** Progress in words: how many, how fast, how long still. */

/** How far the run is: `4,000 of 10,000 done (40 %)`. */
export function countText(snapshot: ProgressSnapshot): string {
  const { done, total } = snapshot;
  const percent = total === 0 ? 100 : Math.min(100, Math.floor((done / total) * 100));
  return `${shortCount(snapshot)} done (${percent} %)`;
}

/** The same where there is little room: `4,000 of 10,000`. */
export function shortCount({ done, total }: ProgressSnapshot): string {
  return `${grouped(done)} of ${grouped(total)}`;
}

/** How fast it is, and how long it will still take: `, 310/s, about 19 s left`; may be empty. */
export function paceText({ done, total, rate, wait }: ProgressSnapshot): string {
  if (rate <= 0) return '';
  // How long it takes is not known while the server imposes a wait.
  const left =
    done < total && wait === undefined ? `, about ${lengthText((total - done) / rate)} left` : '';
  return `, ${rateText(rate)}${left}`;
}

/** What is going on besides: `; waiting 23 s: …`; may be empty. */
export function tailText({ done, total, wait }: ProgressSnapshot): string {
  if (wait !== undefined) return `; waiting ${Math.ceil(wait.left / 1000)} s: ${wait.why}`;
  return done >= total ? '; finishing' : '';
}

/** Shown before the first step: there may be none, if a whole list is written at once. */
export function idleText({ what, total, elapsed, wait }: ProgressSnapshot): string {
  if (wait !== undefined) return `Waiting ${Math.ceil(wait.left / 1000)} s: ${wait.why}`;
  const about = total < 2 ? '' : ` (${grouped(total)} ${what} in this run)`;
  return `Still working after ${lengthText(elapsed)}${about}`;
}

/** A whole number with a comma between thousands. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A length of time in one or two units: `19 s`, `12 min`, `3 h 20 min`. */
export function lengthText(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  if (seconds < 100) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 100) return `${minutes} min`;
  const rest = minutes % 60;
  return `${grouped(Math.floor(minutes / 60))} h${rest === 0 ? '' : ` ${rest} min`}`;
}

/** @param rate steps in a millisecond */
function rateText(rate: number): string {
  const second = rate * 1000;
  if (second >= 1) return `${short(second)}/s`;
  return `${short(second * 60)}/min`;
}

/** Two digits or more: `310`, `42`, `1.5`. */
function short(value: number): string {
  return value >= 9.95 ? grouped(Math.round(value)) : String(Math.round(value * 10) / 10);
}
