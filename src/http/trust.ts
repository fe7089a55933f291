import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as tls from 'node:tls';
import { errnoOf, GroupctlError } from '../errors.ts';

/** Whose certificates are trusted besides those that Node trusts by itself. */

/** Node 22.15 and later; the types are of Node 20. */
type GetCertificates = (type: 'default' | 'system') => string[];

function certificatesOf(type: 'default' | 'system'): readonly string[] | undefined {
  const get = (tls as { getCACertificates?: GetCertificates }).getCACertificates;
  return get?.(type);
}

/** What Node trusts, with NODE_EXTRA_CA_CERTS: naming others would replace them. */
function trustedByNode(extraFile: string | undefined): readonly string[] {
  const known = certificatesOf('default');
  if (known !== undefined) return known;
  if (!extraFile) return tls.rootCertificates;
  try {
    return [...tls.rootCertificates, readFileSync(extraFile, 'utf8')];
  } catch {
    // Node has warned of it.
    return tls.rootCertificates;
  }
}

/**
 * The certificates to trust for a server: Node's, those of a file, and the system's store where Node can
 * read it.
 *
 * @param extraFile NODE_EXTRA_CA_CERTS
 * @returns undefined where there are none but Node's
 * @throws config (2) `bad-ca-file`
 */
export function trustedCertificates(
  caFile: string | undefined,
  extraFile: string | undefined,
): string[] | undefined {
  const own = caFile === undefined ? [] : readCaFile(caFile);
  const system = certificatesOf('system') ?? [];
  if (own.length + system.length === 0) return undefined;
  return [...trustedByNode(extraFile), ...system, ...own];
}

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * The certificates in a file, PEM or DER (what Windows exports), as PEM.
 *
 * @throws config (2) `bad-ca-file`
 */
export function readCaFile(path: string): string[] {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw badCaFileError(path, `cannot be read (${errnoOf(error) ?? 'error'})`, error);
  }
  try {
    const pems = bytes.toString('latin1').match(PEM);
    return (pems ?? [bytes]).map((each) => new X509Certificate(each).toString());
  } catch (error) {
    throw badCaFileError(path, 'holds no certificate', error);
  }
}

function badCaFileError(path: string, problem: string, cause: unknown): GroupctlError {
  return new GroupctlError('config', `The CA file ${path} ${problem}.`, {
    code: 'bad-ca-file',
    hint: 'Use the PEM file of the certificate authority, which signed the certificate of the server.',
    details: { path },
    cause,
  });
}
