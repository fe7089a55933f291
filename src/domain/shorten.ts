/** A name or a piece of a file, short enough for a sentence; blanks around it stay visible. */
export function shortened(text: string): string {
  return quotedIfPadded(short(text));
}

/** The same, always in quotes: in single ones where it has double ones. */
export function inQuotes(text: string): string {
  const mark = text.includes('"') ? "'" : '"';
  return `${mark}${short(text)}${mark}`;
}

/** A name of the server in double quotes, whole and whatever is in it. */
export function quote(name: string): string {
  return `"${name}"`;
}

/** A name with blanks around it in quotes: they cannot be seen otherwise. */
export function quotedIfPadded(name: string): string {
  return name !== '' && name === name.trim() ? name : `"${name}"`;
}

/** The value of an option as shells take it; in single quotes what a shell would replace in double ones. */
export function forShell(value: string): string {
  if (/^[\w.:/@-]+$/.test(value)) return value;
  return /["$`!]/.test(value) ? `'${value.replaceAll("'", "'\\''")}'` : `"${value}"`;
}

/** ` --source=prod`; nothing for the source that commands use without it. */
export function sourceOption(name: string): string {
  return name === 'Default' ? '' : ` --source=${forShell(name)}`;
}

function short(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59).toWellFormed()}…` : text;
}

/**
 * A word of the command line as a message may show it. It may be a mistyped option with a secret in
 * it, or a URL with a password: what follows the name of a secret, `=` or `:` and what precedes `@`
 * is left out.
 */
export function harmless(typed: string): string {
  const secret = secretName(typed);
  if (secret !== undefined && /^[^=:\s]/.test(typed.slice(secret.length))) return `${secret}…`;
  const cut = SEPARATOR.exec(typed);
  const isOption = cut !== null && cut[0] !== ':' && !typed.slice(0, cut.index).includes('@');
  if (isOption) return `${typed.slice(0, cut.index + 1)}…`;
  const at = typed.lastIndexOf('@');
  if (at === -1) return cut === null ? typed : `${typed.slice(0, cut.index + 1)}…`;
  return `…@${harmless(typed.slice(at + 1))}`;
}

/** A path as a message may show it: a URL was given for it, and what precedes `@` is its password. */
export function harmlessPath(path: string): string {
  return isUrlLike(path) ? harmless(path) : path;
}

/** `https://…`, `user:password@…`; a drive of Windows (`C:\\`) is none. */
export function isUrlLike(path: string): boolean {
  return /^[a-z][a-z\d+.-]+:\/\//i.test(path) || /^(?![a-z]:[\\/]).*:.*@/is.test(path);
}

/** `=`, `:` that is not the one of `https://`, and in one word with an option the blank behind it. */
const SEPARATOR = /[=]|:(?!\/\/)|(?<=^[-\u2010-\u2015\u2212/]\S*)\s/;

/**
 * The beginning of a word that names a secret, in the spellings that people try: `--api-key` of
 * `--api-keyhunter2`, `--token` of `--token"hunter2"`.
 */
export function secretName(typed: string): string | undefined {
  return SECRET_NAME.exec(typed)?.[0];
}

const SECRET_NAME =
  /^(?:(?:[-\u2010-\u2015\u2212]+|\/)(?:passwd|pass(?!word)|pwd|pw|secret|token|key)|[-\u2010-\u2015\u2212/]*(?:api[-_]?key|client[-_]?secret|(?:login[-_]?)?password))(?:-(?:stdin|file|env))?/i;
