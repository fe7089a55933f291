import { capitalized } from '../../domain/capitalized.ts';
import { PROTOCOL } from './statements.ts';
import { errnoOf, GroupctlError } from '../../errors.ts';

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
/**
 * The connection was lost, or the server is starting, stopping or full
 * (https://www.postgresql.org/docs/current/errcodes-appendix.html).
 */
const TEMPORARY = /^(08|53|57P0|55000|55P03|40)/;

/** True where the same statement may succeed a moment later. */
export function isTemporary(error: unknown): boolean {
  const code = errnoOf(error) ?? '';
  if (CERTIFICATE.test(code)) return false;
  // SQLSTATE has five characters; everything else is the network's or the driver's own.
  return /^[0-9A-Z]{5}$/.test(code) ? TEMPORARY.test(code) || code === 'EPIPE' : true;
}

/** @param cause what the driver threw */
export function storeError(cause: unknown, place: StorePlace): GroupctlError {
  const { label, user, schema, database } = place;
  const code = errnoOf(cause) ?? '';
  const about = { nothingWritten: true, cause };
  if (CERTIFICATE.test(code)) {
    return new GroupctlError('network', `The certificate of ${label} is not trusted (${code}).`, {
      ...about,
      code: 'store-certificate',
      hint: 'Name the file with the certificates of its authority: sslrootcert=<file> in the URL.',
    });
  }
  switch (code) {
    case '28P01':
    case '28000':
      return new GroupctlError(
        'unauthorized',
        `${capitalized(label)} rejected the user "${user}".`,
        {
          ...about,
          code: 'store-login',
          hint: 'Check the user in the URL, and PGPASSWORD or the password file (~/.pgpass).',
        },
      );
    case '42501':
      return permissionError(place, cause);
    case '3D000':
      return new GroupctlError('config', `There is no database "${database}" in ${label}.`, {
        ...about,
        code: 'no-store-database',
        hint: 'Create it (createdb), then set it up: groupctl store init',
      });
    case '42P01':
    case '3F000':
    case '42703':
      return notInitializedError(label, schema, cause);
    case '25006':
      return standbyError(label, cause);
  }
  if (!isTemporary(cause)) {
    const text = cause instanceof Error ? cause.message : String(cause);
    return new GroupctlError(
      'server',
      `${capitalized(label)} answered with an error: ${text} (${code}).`,
      {
        ...about,
        code: 'store-failed',
      },
    );
  }
  return new GroupctlError(
    'network',
    `${capitalized(label)} cannot be reached (${code || 'error'}).`,
    {
      ...about,
      code: 'store-unreachable',
      hint: 'Without the store nothing is sent. GROUPCTL_STORE=none runs without it, and without its lock.',
    },
  );
}

export function permissionError({ label, user }: StorePlace, cause?: unknown): GroupctlError {
  return new GroupctlError('unauthorized', `The user "${user}" may not write to ${label}.`, {
    code: 'store-permission',
    hint: 'groupctl store init prints the GRANT statements that a user for runs needs.',
    nothingWritten: true,
    cause,
  });
}

export function notInitializedError(label: string, schema: string, cause?: unknown): GroupctlError {
  return new GroupctlError(
    'config',
    `${capitalized(label)} is not set up: it has no tables in the schema "${schema}".`,
    {
      code: 'store-not-initialized',
      hint: 'Set it up once: groupctl store init',
      nothingWritten: true,
      cause,
    },
  );
}

export function standbyError(label: string, cause?: unknown): GroupctlError {
  return new GroupctlError('config', `${capitalized(label)} is read-only (a standby).`, {
    code: 'store-read-only',
    hint: 'Name the primary server in the URL.',
    nothingWritten: true,
    cause,
  });
}

export function otherProtocolError(label: string, protocol: unknown): GroupctlError {
  return new GroupctlError(
    'config',
    `${capitalized(label)} has protocol ${String(protocol)}, and this version of groupctl has protocol ${PROTOCOL}.`,
    {
      code: 'store-protocol',
      hint: 'Use the same version of groupctl everywhere.',
      nothingWritten: true,
    },
  );
}
