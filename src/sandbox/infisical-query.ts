/** The query of a list, checked as the server checks it. */
import { Invalid, type Issue, wrongSize, wrongType } from './infisical-wire.ts';

/** What a list was asked for. */
export interface ListQuery {
  readonly offset: number;
  /** 1 to 100; the server takes 2.5 and answers with 2. */
  readonly limit: number;
  readonly username: string | undefined;
  readonly search: string | undefined;
  readonly filter: string | undefined;
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
  const filter = rules.filters === undefined ? undefined : text(query, 'filter', issues);
  if (filter !== undefined && rules.filters?.includes(filter) === false) {
    const options = rules.filters;
    const expected = options.map((option) => `'${option}'`).join(' | ');
    const message = `Invalid enum value. Expected ${expected}, received '${filter}'`;
    issues.push({
      received: filter,
      code: 'invalid_enum_value',
      options,
      path: ['filter'],
      message,
    });
  }
  if (issues.length > 0) throw new Invalid(issues);
  return { offset, limit: Math.floor(limit), username, search, filter };
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
