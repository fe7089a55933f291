import jmespath from 'jmespath';
import { Document, Scalar, visit } from 'yaml';
import { inQuotes } from '../domain/shorten.ts';
import { type GroupctlError, usageError } from '../errors.ts';
import { escapeUnseen, hasUnseen } from './safe-text.ts';

/** Documents that are selected from (--query) or written as YAML: the whole one is in memory. */

/** What the types do not have. */
const { compile, tokenize } = jmespath as unknown as {
  readonly compile: (query: string) => Node;
  readonly tokenize: (query: string) => readonly { readonly start: number }[];
};

/** A part of an expression; a child that is undefined has been left out at its end. */
interface Node {
  readonly type?: string;
  readonly name?: string;
  readonly children?: readonly (Node | number | null | undefined)[];
}

/** @throws usage (2) `bad-query` for what is not JMESPath (https://jmespath.org/specification.html) */
export function assertQuery(query: string): void {
  const problem = problemOf(query);
  if (problem === undefined) return;
  throw usageError(
    `--query is not a valid JMESPath expression: ${problem}.`,
    "Example: --query='outcomes[].member'",
    'bad-query',
  );
}

/** What is wrong with an expression, and where; undefined: nothing. */
function problemOf(query: string): string | undefined {
  const why = refusalOf(query);
  if (why === undefined) return unknownFunction(compile(query));
  const starts = startsOf(query);
  if (starts === undefined) return why;
  // The first token that fits to nothing before it; the library does not say where it stopped.
  for (const [at, start] of starts.entries()) {
    const found = refusalOf(query.slice(0, starts[at + 1] ?? query.length));
    if (found === undefined || found === TOO_SHORT) continue;
    const before = start === 0 ? 'at its beginning' : `after ${inQuotes(query.slice(0, start))}`;
    return `${inQuotes(query.slice(start))} cannot stand ${before}`;
  }
  return `it ends too early, after ${inQuotes(query)}`;
}

const TOO_SHORT = 'it ends too early';

function refusalOf(query: string): string | undefined {
  try {
    return isWhole(compile(query)) ? undefined : TOO_SHORT;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return why.includes('EOF') ? TOO_SHORT : why.replace(/\.$/, '');
  }
}

/** Where the tokens start; undefined where there is none: a quote is not closed, a character is odd. */
function startsOf(query: string): number[] | undefined {
  try {
    return tokenize(query).map(({ start }) => start);
  } catch {
    return undefined;
  }
}

function isWhole({ children = [] }: Node): boolean {
  return children.every((child) =>
    typeof child === 'object' && child !== null ? isWhole(child) : child !== undefined,
  );
}

/** The library knows the names of its functions only when it runs them. */
function unknownFunction({ type, name = '', children = [] }: Node): string | undefined {
  if (type === 'Function') {
    try {
      jmespath.search(null, `${name}()`);
    } catch (error) {
      const isUnknown = error instanceof Error && error.message.startsWith('Unknown function');
      if (isUnknown) return `there is no function ${inQuotes(name)}`;
    }
  }
  for (const child of children) {
    const found = typeof child === 'object' && child !== null ? unknownFunction(child) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

interface Selected {
  readonly document: unknown;
  /** `bad-query` (2): a function got the wrong kind of argument. */
  readonly problem?: GroupctlError;
}

/** The part of a JSON document that a query selects; all of it if the query does not fit. */
export function selected(whole: unknown, query: string): Selected {
  try {
    return { document: jmespath.search(whole, query) as unknown };
  } catch (error) {
    // What was done must be printed.
    return { document: whole, problem: unfitQueryError(error) };
  }
}

/** The expression is valid, but not for this document. The run is over: nothing may suggest another one. */
function unfitQueryError(error: unknown): GroupctlError {
  const why = (error instanceof Error ? error.message : String(error)).replace(
    /^TypeError:? ?/,
    '',
  );
  return usageError(
    `--query does not fit the result, which is printed whole: ${why.replace(/\.$/, '') || 'a value is of another type'}.`,
    'The command itself is done; only what it prints differs.',
    'bad-query',
  );
}

/** A document as YAML. Text that cannot be seen is in double quotes, where YAML has the escapes of JSON. */
export function toYaml(value: unknown): string {
  const document = new Document(value);
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value === 'string' && hasUnseen(node.value)) node.type = Scalar.QUOTE_DOUBLE;
    },
  });
  // A folded text would have line ends of its own.
  return escapeUnseen(document.toString({ lineWidth: 0 }));
}
