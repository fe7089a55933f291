/** What the ProGet routes have in common: the table's shape, and reading posted objects. */
import { sameName } from '../../domain/names.ts';
import { Refusal, type SandboxRequest, type SandboxResponse } from '../http.ts';
import { type ProGetState } from '../model.ts';
import { isTextList } from '../values.ts';

/** One address. `answer` checks everything before it changes anything. */
export interface Route {
  readonly methods: readonly string[];
  readonly writes: boolean;
  readonly answer: (state: ProGetState, request: SandboxRequest) => SandboxResponse;
}

/** Lower-case paths; undefined where another dialect has a route and this one has not. */
export type RouteTable = Readonly<Record<string, Route | undefined>>;

type Answer = Route['answer'];

/** A list: `GET`. */
export function listing(answer: Answer): Route {
  return { methods: ['GET'], writes: false, answer };
}

/** A change with a body: `POST`. */
export function posting(answer: Answer): Route {
  return { methods: ['POST'], writes: true, answer };
}

/** A delete: `DELETE`, or `POST` as the published client does; a body is ignored. */
export function deleting(answer: Answer): Route {
  return { methods: ['DELETE', 'POST'], writes: true, answer };
}

type Body = Readonly<Record<string, unknown>>;

/** A property that must be there. Throws a 400 that names it. */
export function requiredText(body: Body, property: string): string {
  const value = optionalText(body, property);
  if (value === undefined || value.trim() === '') {
    throw new Refusal(400, `Missing required property: ${property}`);
  }
  return value;
}

/** A property that may be missing or null. Throws a 400 if it is not text. */
export function optionalText(body: Body, property: string): string | undefined {
  const value = body[property] ?? undefined;
  if (value !== undefined && typeof value !== 'string') {
    throw new Refusal(400, `Invalid property: ${property} must be a string`);
  }
  return value;
}

/** False where it is missing or null. Throws a 400 if it is not true or false. */
export function optionalFlag(body: Body, property: string): boolean {
  const value = body[property] ?? false;
  if (typeof value !== 'boolean') {
    throw new Refusal(400, `Invalid property: ${property} must be a boolean`);
  }
  return value;
}

/** A list of names that may be missing or null. Throws a 400 for anything else, or an empty name. */
export function optionalNames(body: Body, property: string): string[] | undefined {
  const value = body[property] ?? undefined;
  if (value === undefined) return undefined;
  if (!isTextList(value) || value.some((name) => name.trim() === '')) {
    throw new Refusal(400, `Invalid property: ${property} must be an array of names`);
  }
  return value;
}

/** The item of a name, compared as the server compares names. */
export function findNamed<T extends { name: string }>(
  items: readonly T[],
  name: string,
): T | undefined {
  return (
    items.find((item) => item.name === name) ?? items.find((item) => sameName(item.name, name))
  );
}

/** All items but those of a name. */
export function withoutNamed<T extends { name: string }>(items: readonly T[], name: string): T[] {
  return items.filter((item) => !sameName(item.name, name));
}

/** A query argument that is a number. Throws a 400 for anything else. */
export function numericId(request: SandboxRequest, argument: string): number {
  const value = request.argument(argument);
  if (!/^\d+$/.test(value)) throw new Refusal(400, `The argument "${argument}" is not a number.`);
  return Number(value);
}
