/** Errors in the server's own words that nothing in the sandbox leads to, as faults for tests. */
import type { Fault } from '../../../src/sandbox/faults.ts';

/** Which requests, how often, and when: the rest of a fault. */
export type FaultTarget = Pick<Fault, 'method' | 'path' | 'skip' | 'times' | 'headers'>;

const REQUEST_ID = 'req-sandboxfault00';

/** An error of the usual shape: `{reqId, statusCode, message, error, details?}`. */
export function errorFault(
  target: FaultTarget,
  status: number,
  error: string,
  message: unknown,
  details?: unknown,
): Fault {
  const extra = details === undefined ? {} : { details };
  return fault(target, status, { reqId: REQUEST_ID, statusCode: status, message, error, ...extra });
}

/** An error of the SCIM class: `{reqId, schemas, status, detail}`, without message or error. */
export function scimFault(target: FaultTarget, status: number, detail: string): Fault {
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:Error'];
  return fault(target, status, { reqId: REQUEST_ID, schemas, status, detail });
}

function fault(target: FaultTarget, status: number, body: object): Fault {
  const contentType = 'application/json; charset=utf-8';
  return { ...target, status, contentType, body: JSON.stringify(body) };
}
