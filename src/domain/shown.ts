/** A name or a piece of a file, short enough for a sentence; blanks around it are seen. */
export function shown(text: string): string {
  return quotedIfPadded(short(text));
}

/** The same, always in quotes. */
export function inQuotes(text: string): string {
  return `"${short(text)}"`;
}

/** A name with blanks around it in quotes: they cannot be seen otherwise. */
export function quotedIfPadded(name: string): string {
  return name !== '' && name === name.trim() ? name : `"${name}"`;
}

/** The value of an option as a shell takes it. */
export function forShell(value: string): string {
  return /[^\w.@\\-]/.test(value) ? `"${value}"` : value;
}

function short(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59).toWellFormed()}…` : text;
}
