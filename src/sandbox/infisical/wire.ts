/** What the Infisical routes have in common: errors, paths, bodies, and checking what was sent. */
import type { SandboxRequest } from '../http.ts';
import { isRecord } from '../values.ts';

/** One thing wrong with what was sent, as zod says it. */
export type Issue = Readonly<Record<string, unknown>>;

/** An error answer. Body: `{reqId, statusCode, message, error, details?}` (contract, Outcomes). */
export class ApiError extends Error {
  readonly status: number;
  /** Not an enumeration: the server puts class names and whole sentences here. */
  readonly error: string;
  /** The message itself; an array for a failed validation. */
  readonly text: string | readonly Issue[];
  readonly details: unknown;

  constructor(status: number, error: string, text: string | readonly Issue[], details?: unknown) {
    super(typeof text === 'string' ? text : error);
    this.status = status;
    this.error = error;
    this.text = text;
    this.details = details;
  }
}

export function badRequest(text: string): ApiError {
  return new ApiError(400, 'BadRequest', text);
}

export function unauthorized(text: string): ApiError {
  return new ApiError(401, 'UnauthorizedError', text);
}

export function forbidden(text: string): ApiError {
  return new ApiError(403, 'ForbiddenError', text);
}

export function notFound(text: string): ApiError {
  return new ApiError(404, 'NotFound', text);
}

/** A 500; `error` names the database call where it was one. */
export function broken(error = 'InternalServerError'): ApiError {
  return new ApiError(500, error, 'Something went wrong');
}

/** A failed validation. Its status, 401 or 422, is the generation's. */
export class Invalid extends Error {
  readonly issues: readonly Issue[];

  constructor(issues: readonly Issue[]) {
    super('ValidationFailure');
    this.issues = issues;
  }
}

/** True where Postgres takes it for an id. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text);
}

/** The path in its segments, each decoded; undefined if a percent escape in it is none. */
export function pathSegments(path: string, isOld: boolean): string[] | undefined {
  // The old router takes a semicolon for the start of the query; one slash at the end is nothing.
  const [plain = ''] = isOld ? path.split(';', 1) : [path];
  const trimmed = plain.length > 1 && plain.endsWith('/') ? plain.slice(0, -1) : plain;
  try {
    const segments = trimmed.split('/');
    return trimmed.includes('%') ? segments.map(decodeURIComponent) : segments;
  } catch {
    return undefined;
  }
}

const MAX_BODY_BYTES = 1024 * 1024;

/**
 * The body as the server's parsers see it; null where there is none. Throws a 500 where they fail:
 * `application/json` with nothing in it, a type they do not know, more than 1 MiB (contract,
 * Requests). An old server lets a DELETE without a length pass.
 */
export function parseBody(request: SandboxRequest, isOld: boolean): unknown {
  const { method, headers } = request;
  if (method === 'GET' || method === 'HEAD') return null;
  const type = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  const length = headers['content-length'];
  const isFramed = length !== undefined || headers['transfer-encoding'] !== undefined;
  if (type === undefined) {
    if (isFramed && length !== '0') throw broken();
    return null;
  }
  if (isOld && method === 'DELETE' && !isFramed) return null;
  if (request.size > MAX_BODY_BYTES) throw broken();
  if (type === 'application/json') return jsonBody(request);
  if (type === 'text/plain' || type === 'application/x-www-form-urlencoded') return request.text();
  throw broken();
}

function jsonBody(request: SandboxRequest): unknown {
  try {
    return JSON.parse(request.text()) as unknown;
  } catch {
    throw broken();
  }
}

/** What a field of text may be; blanks around it are dropped first. */
export interface TextRule {
  readonly min?: number;
  readonly max?: number;
  readonly optional?: boolean;
  /** A slug, in the words of the old servers or of the new ones; checked if the length is right. */
  readonly slug?: 'old' | 'new';
}

/** The fields of a body, trimmed; those that are optional may be missing. Throws {@link Invalid}. */
export function checkedFields<K extends string>(
  body: unknown,
  rules: Readonly<Record<K, TextRule>>,
): Partial<Record<K, string>> {
  if (!isRecord(body)) throw new Invalid([wrongType('object', body, [])]);
  const issues: Issue[] = [];
  const fields: Partial<Record<K, string>> = {};
  for (const [name, rule] of Object.entries(rules) as [K, TextRule][]) {
    const value = body[name];
    if (value === undefined && rule.optional === true) continue;
    if (typeof value !== 'string') {
      issues.push(wrongType('string', value, [name]));
      continue;
    }
    const text = value.trim();
    const wrong = wrongText(text, rule, name);
    if (wrong === undefined) fields[name] = text;
    else issues.push(wrong);
  }
  if (issues.length > 0) throw new Invalid(issues);
  return fields;
}

function wrongText(text: string, rule: TextRule, name: string): Issue | undefined {
  const { min = 0, max = Infinity, slug } = rule;
  const size = text.length < min ? 'too_small' : text.length > max ? 'too_big' : undefined;
  if (size !== undefined) {
    const limit = size === 'too_small' ? min : max;
    const issue = wrongSize(size, 'string', limit, name);
    if (slug !== 'new') return issue;
    const bound = size === 'too_small' ? 'least' : 'most';
    return { ...issue, message: `Slug field must be at ${bound} ${limit} lowercase characters` };
  }
  if (slug === undefined || /^[a-z0-9]+(-[a-z0-9]+)*$/.test(text)) return undefined;
  const message =
    slug === 'old'
      ? 'Slug must be a valid slug'
      : 'Slug field can only contain lowercase letters, numbers, and hyphens';
  return { code: 'custom', message, path: [name] };
}

/** "invalid_type". */
export function wrongType(
  expected: string,
  value: unknown,
  path: string[],
  received?: string,
): Issue {
  const kind = received ?? kindOf(value);
  const message = kind === 'undefined' ? 'Required' : `Expected ${expected}, received ${kind}`;
  return { code: 'invalid_type', expected, received: kind, path, message };
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** "too_small" or "too_big", of a text or a number. */
export function wrongSize(
  code: 'too_small' | 'too_big',
  type: 'string' | 'number',
  limit: number,
  name: string,
): Issue {
  const low = code === 'too_small';
  const message =
    type === 'string'
      ? `String must contain at ${low ? 'least' : 'most'} ${limit} character(s)`
      : `Number must be ${low ? 'greater' : 'less'} than or equal to ${limit}`;
  const bound = low ? { minimum: limit } : { maximum: limit };
  return { code, ...bound, type, inclusive: true, exact: false, message, path: [name] };
}
