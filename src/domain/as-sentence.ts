/** With a full stop, if it has no end. */
export function asSentence(text: string): string {
  return /[.!?\u2026]$/.test(text) ? text : `${text}.`;
}
