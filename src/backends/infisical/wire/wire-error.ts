import type { HttpAnswer } from '../../../http/exchange.ts';

/** The error bodies of Infisical (contract: "Outcomes"), whichever of their shapes came. */

export interface WireError {
  readonly reqId: string | undefined;
  /** Not an enumeration: it can be a sentence. */
  readonly error: string | undefined;
  /** A sentence, an array of validation issues, an object, or nothing. */
  readonly message: unknown;
  readonly details: unknown;
  readonly scim: boolean;
}

/** The error in an answer's body; undefined when the body is no JSON object. */
export function wireError(answer: HttpAnswer): WireError | undefined {
  let body: unknown;
  try {
    body = answer.json();
  } catch {
    return undefined;
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined;
  const { reqId, error, message, details, detail, schemas } = body as Record<string, unknown>;
  return {
    reqId: textOf(reqId),
    error: textOf(error),
    message: message ?? detail,
    details,
    scim: Array.isArray(schemas),
  };
}

const MAX_WORDS = 600;

/** The server's own words, whatever shape its message has: text, issues, an object, nothing. */
export function wordsOf({ message, error }: WireError): string {
  const words = render(message) || (error ?? '');
  return words.length > MAX_WORDS ? `${words.slice(0, MAX_WORDS).toWellFormed()}…` : words;
}

function render(message: unknown): string {
  if (message === undefined || message === null) return '';
  if (typeof message === 'string') return message.trim();
  if (Array.isArray(message)) return message.map(renderOne).filter(Boolean).join('; ');
  return typeof message === 'object' ? renderIssue(message) : asJson(message);
}

function renderOne(issue: unknown): string {
  if (Array.isArray(issue)) return asJson(issue);
  return typeof issue === 'object' && issue !== null ? renderIssue(issue) : render(issue);
}

/** One issue of a failed validation: `slug: Slug must be a valid slug`. */
function renderIssue(issue: object): string {
  const { path, message } = issue as { path?: unknown; message?: unknown };
  if (typeof message !== 'string') return asJson(issue);
  const place = Array.isArray(path) ? path.join('.') : textOf(path);
  return place === undefined || place === '' ? message : `${place}: ${message}`;
}

/** What `details.missingPermissions` lists, each in one phrase: `edit on groups`. */
export function missingPermissions(details: unknown): string[] {
  if (typeof details !== 'object' || details === null) return [];
  const { missingPermissions: missing } = details as { missingPermissions?: unknown };
  return Array.isArray(missing) ? missing.map(permission) : [];
}

function permission(entry: unknown): string {
  if (typeof entry === 'string') return entry;
  if (typeof entry !== 'object' || entry === null) return asJson(entry);
  const { action, subject } = entry as { action?: unknown; subject?: unknown };
  const what = [action].flat().filter((word) => typeof word === 'string');
  const subjects = [subject].flat().filter((word) => typeof word === 'string');
  if (what.length === 0 || subjects.length === 0) return asJson(entry);
  return `${what.join(', ')} on ${subjects.join(', ')}`;
}

/** JSON.parse reads any depth, JSON.stringify does not write it. */
function asJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return '';
  }
}

/** A text that says something; undefined for anything else a field may have. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
