import { capitalized } from '../../domain/capitalized.ts';
import { forShell } from '../../domain/shorten.ts';
import { PROTOCOL } from './statements.ts';
import { errnoOf, type ErrorKind, GroupctlError } from '../../errors.ts';

/** What a store answers or does not answer, as an error of groupctl. */

/** Where it happened, for messages. */
export interface StorePlace {
  readonly label: string;
  readonly user: string;
  readonly schema: string;
  readonly database: string;
}

/** Certificates that TLS does not accept. */
const CERTIFICATE = /^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS_CERT|HOSTNAME_MISMATCH)/;
/** The server has no TLS. */
export const NO_TLS = 'NO_TLS';
/**
 * The connection was lost, or the server is starting, stopping or full
 * (https://www.postgresql.org/docs/current/errcodes-appendix.html).
 */
const TEMPORARY = /^(08|53|57P0|55000|55P03|40)/;
/** What an answer of the server has. */
const SQLSTATE = /^[0-9A-Z]{5}$/;

const NO_HOST = 'its host cannot be found';
const NO_ROUTE = 'there is no way to it in the network';
const CUT = 'the connection was cut';
/** Why it cannot be reached. A server that answers says it in its own words. */
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ENOTFOUND: NO_HOST,
  EAI_AGAIN: NO_HOST,
  EHOSTUNREACH: NO_ROUTE,
  ENETUNREACH: NO_ROUTE,
  ECONNRESET: CUT,
  EPIPE: CUT,
  CONNECTION_CLOSED: CUT,
  CONNECTION_ENDED: CUT,
  ETIMEDOUT: 'it does not answer',
  CONNECT_TIMEOUT: 'it does not answer',
};

/** True where the same statement may succeed a moment later. */
export function isTemporary(error: unknown): boolean {
  const code = errnoOf(error) ?? '';
  if (CERTIFICATE.test(code) || code === NO_TLS) return false;
  // Everything else is the network's or the driver's own.
  return SQLSTATE.test(code) ? TEMPORARY.test(code) || code === 'EPIPE' : true;
}

/** @param cause what the driver threw */
export function storeError(cause: unknown, place: StorePlace): GroupctlError {
  const { label, user, schema, database } = place;
  const where = capitalized(label);
  const code = errnoOf(cause) ?? '';
  if (CERTIFICATE.test(code)) {
    const hint =
      'Name the file with the certificates of its authority: sslrootcert=<file> in the URL.';
    const message = `The certificate of ${label} is not trusted (${code}).`;
    return unsentError('network', 'store-certificate', message, hint, cause);
  }
  switch (code) {
    case '28P01':
    case '28000': {
      const hint = 'Check the user in the URL, and PGPASSWORD or the password file (~/.pgpass).';
      const message = `${where} rejected the user "${user}".`;
      return unsentError('unauthorized', 'store-login', message, hint, cause);
    }
    case NO_TLS: {
      const message = `No secure connection to ${label}: the server does not use TLS.`;
      const hint = 'Turn on TLS in the server (ssl = on), or in the pooler before it.';
      return unsentError('network', 'store-no-tls', message, hint, cause);
    }
    case '42501':
      return permissionError(place, cause);
    case '3D000': {
      const message = `There is no database "${database}" in ${label}.`;
      const hint = 'Create it (createdb), then set it up: groupctl store init';
      return unsentError('config', 'no-store-database', message, hint, cause);
    }
    case '42P01':
    case '3F000':
      return notInitializedError(label, schema, cause);
    case '42703':
      return otherTablesError(label, schema, textOf(cause), cause);
    case '25006':
      return readOnlyError(place, cause);
  }
  if (!isTemporary(cause)) {
    const message = `${where} answered with an error: ${textOf(cause)} (${code}).`;
    return unsentError('server', 'store-failed', message, undefined, cause);
  }
  const hint =
    'Without the store nothing is sent. GROUPCTL_STORE=none runs without it, and without its lock.';
  const reason = REASONS[code];
  const message =
    reason === undefined && SQLSTATE.test(code)
      ? `${where} cannot be used now: ${textOf(cause)} (${code}).`
      : `${where} cannot be reached: ${reason ?? (code || 'an error of the network')}.`;
  return unsentError('network', 'store-unreachable', message, hint, cause);
}

export function permissionError({ label, user }: StorePlace, cause?: unknown): GroupctlError {
  const message = `The user "${user}" has too few permissions in ${label}.`;
  const hint = `For the GRANT statements that it needs: groupctl store init --print --role=${forShell(user)}`;
  return unsentError('unauthorized', 'store-permission', message, hint, cause);
}

export function notInitializedError(label: string, schema: string, cause?: unknown): GroupctlError {
  const message = `${capitalized(label)} is not set up, or not completely, in the schema "${schema}".`;
  const hint = 'Set it up: groupctl store init';
  return unsentError('config', 'store-not-initialized', message, hint, cause);
}

/** @param what of them is different, as a part of a sentence */
export function otherTablesError(
  label: string,
  schema: string,
  what: string,
  cause?: unknown,
): GroupctlError {
  const message = `The tables of ${label} in the schema "${schema}" are not those of this version of groupctl: ${what}.`;
  const hint =
    'Set the store up in another schema: groupctl store init, with schema=<name> in the URL. Or change the tables to what groupctl store init --print prints.';
  return unsentError('config', 'store-tables', message, hint, cause);
}

/** Two programs have set it up, or somebody has added a row. */
export function severalRowsError(label: string, schema: string, count: number): GroupctlError {
  const message = `The table ${schema}.meta of ${label} has ${count} rows, and must have one.`;
  const hint = 'Delete all but the row with the protocol of these tables.';
  return unsentError('config', 'store-tables', message, hint);
}

export function standbyError(label: string): GroupctlError {
  const message = `${capitalized(label)} is read-only (a standby).`;
  return unsentError('config', 'store-read-only', message, 'Name the primary server in the URL.');
}

/** The server, the database or the user is read-only; only the server knows which. */
export function readOnlyError({ label, user }: StorePlace, cause?: unknown): GroupctlError {
  const message = `${capitalized(label)} is read-only for the user "${user}".`;
  const hint =
    'Set default_transaction_read_only to off for that user and the database. If the server is a standby, name the primary server in the URL.';
  return unsentError('config', 'store-read-only', message, hint, cause);
}

export function otherProtocolError(label: string, protocol: unknown): GroupctlError {
  const message = `${capitalized(label)} has protocol ${String(protocol)}, and this version of groupctl has protocol ${PROTOCOL}.`;
  return unsentError(
    'config',
    'store-protocol',
    message,
    'Use the same version of groupctl everywhere.',
  );
}

function textOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

/** Nothing is sent without the store. */
function unsentError(
  kind: ErrorKind,
  code: string,
  message: string,
  hint?: string,
  cause?: unknown,
): GroupctlError {
  return new GroupctlError(kind, message, { code, hint, nothingWritten: true, cause });
}
