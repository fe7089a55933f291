/** The query of a list, checked as the server checks it. */
import { Invalid, type Issue, wrongSize, wrongType } from './wire.ts';

/** What a list was asked for. */
export interface ListQuery {
  readonly offset: number;
  /** 1 to 100; the server takes 2.5 and answers with 2. */
  readonly limit: number;
  readonly username: string | undefined;
  readonly search: string | undefined;
  readonly filter: string | undefined;
  readonly orderDirection: string | undefined;
  /** The kinds of members asked for; all where none is. */
  readonly memberTypes: readonly string[];
}

/** What a list takes, beside `limit`. */
export interface ListRules {
  /** Old servers refuse an offset above 100. */
  readonly maxOffset?: number;
  /** What may be in `search`; anything where missing. */
  readonly searchPattern?: RegExp;
  readonly searchRule?: string;
  /** The values of `filter`; where missing it is ignored, as any unknown parameter is. */
  readonly filters?: readonly string[];
  /** `orderBy=name` and `orderDirection` are checked. */
  readonly isOrdered?: boolean;
  /** The values of `memberTypeFilter`. */
  readonly memberTypes?: readonly string[];
}

/** The checked query. Throws {@link Invalid} with every issue there is. */
export function listQuery(query: URLSearchParams, rules: ListRules): ListQuery {
  const issues: Issue[] = [];
  const offset = number(query, 'offset', 0, 0, rules.maxOffset ?? Infinity, issues);
  const limit = number(query, 'limit', 10, 1, 100, issues);
  const username = text(query, 'username', issues);
  const search = text(query, 'search', issues);
  if (search !== undefined && rules.searchPattern?.test(search) === false) {
    issues.push({ code: 'custom', message: rules.searchRule, path: ['search'] });
  }
  const filter = choice(query, 'filter', rules.filters, issues);
  choice(query, 'orderBy', rules.isOrdered === true ? ['name'] : undefined, issues);
  const directions = rules.isOrdered === true ? ['asc', 'desc'] : undefined;
  const orderDirection = choice(query, 'orderDirection', directions, issues);
  const memberTypes = types(query, rules.memberTypes, issues);
  if (issues.length > 0) throw new Invalid(issues);
  const limited = Math.floor(limit);
  return { offset, limit: limited, username, search, filter, orderDirection, memberTypes };
}

/** One of some values; unasked for where a list knows none. */
function choice(
  query: URLSearchParams,
  name: string,
  options: readonly string[] | undefined,
  issues: Issue[],
): string | undefined {
  const given = options === undefined ? undefined : text(query, name, issues);
  if (given !== undefined && options?.includes(given) === false) {
    issues.push(notAnOption(name, given, options));
  }
  return given;
}

function notAnOption(name: string, received: string, options: readonly string[]): Issue {
  const expected = options.map((option) => `'${option}'`).join(' | ');
  const message = `Invalid enum value. Expected ${expected}, received '${received}'`;
  return { received, code: 'invalid_enum_value', options, path: [name], message };
}

const MEMBER_TYPES = 'memberTypeFilter';

/** One value, or several by repeating it; a comma does not part them. */
function types(
  query: URLSearchParams,
  options: readonly string[] | undefined,
  issues: Issue[],
): readonly string[] {
  const given = options === undefined ? [] : query.getAll(MEMBER_TYPES);
  const odd = given.find((type) => options?.includes(type) === false);
  if (odd === undefined || options === undefined) return given;
  const unionErrors = [
    { issues: [notAnOption(MEMBER_TYPES, odd, options)], name: 'ZodError' },
    { issues: [wrongType('array', odd, [MEMBER_TYPES])], name: 'ZodError' },
  ];
  const message = 'Invalid input';
  issues.push({ code: 'invalid_union', unionErrors, path: [MEMBER_TYPES], message });
  return given;
}

function number(
  query: URLSearchParams,
  name: string,
  fallback: number,
  min: number,
  max: number,
  issues: Issue[],
): number {
  const given = query.getAll(name);
  if (given.length === 0) return fallback;
  const value = given.length === 1 ? Number(given[0]) : Number.NaN;
  if (Number.isNaN(value)) issues.push(wrongType('number', value, [name], 'nan'));
  else if (value < min) issues.push(wrongSize('too_small', 'number', min, name));
  else if (value > max) issues.push(wrongSize('too_big', 'number', max, name));
  return value;
}

function text(query: URLSearchParams, name: string, issues: Issue[]): string | undefined {
  const given = query.getAll(name);
  if (given.length > 1) issues.push(wrongType('string', given, [name]));
  return given[0]?.trim();
}
