import jmespath from 'jmespath';
import { Document, Scalar, visit } from 'yaml';
import { type GroupctlError, usageError } from '../errors.ts';
import { escapeUnseen, hasUnseen } from './safe-text.ts';

/** Documents that are selected from (--query) or written as YAML: the whole one is in memory. */

/** @throws usage (2) `bad-query` for what is not JMESPath (https://jmespath.org/specification.html) */
export function assertQuery(query: string): void {
  try {
    // The types do not have it.
    (jmespath as unknown as { compile(query: string): unknown }).compile(query);
  } catch (error) {
    throw badQueryError(error);
  }
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

function badQueryError(error: unknown): GroupctlError {
  const why = error instanceof Error ? error.message : String(error);
  return usageError(
    `--query is not a valid JMESPath expression: ${why.replace(/\.$/, '')}.`,
    "Example: --query='outcomes[].member'",
    'bad-query',
  );
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
