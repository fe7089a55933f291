import jmespath from 'jmespath';
import { stringify } from 'yaml';
import { usageError } from '../errors.ts';
import { safeJson } from './safe-text.ts';

/** Documents that are selected from (--query) or written as YAML: the whole one is in memory. */

/** @throws usage (2) `bad-query` for what is not JMESPath (https://jmespath.org/specification.html) */
export function assertQuery(query: string): void {
  try {
    // The types do not have it.
    (jmespath as unknown as { compile(query: string): unknown }).compile(query);
  } catch (error) {
    throw badQuery(error);
  }
}

/**
 * The part of a JSON document that a query selects; null: nothing.
 *
 * @throws usage (2) `bad-query` for a function with the wrong kind of argument
 */
export function selected(document: unknown, query: string): unknown {
  try {
    return jmespath.search(document, query) as unknown;
  } catch (error) {
    throw badQuery(error);
  }
}

function badQuery(error: unknown): Error {
  const why = error instanceof Error ? error.message : String(error);
  return usageError(
    `--query is not a valid JMESPath expression: ${why.replace(/\.$/, '')}.`,
    "Example: --query='outcomes[].member'",
    'bad-query',
  );
}

export function toYaml(document: unknown): string {
  return stringify(JSON.parse(safeJson(document)));
}
