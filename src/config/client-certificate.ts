import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { Checked } from '../core/validation';
import { oneProblem } from './config-error';

/** The certificate, with its key, that we present to the API. */
export interface ClientCertificate {
  /** PEM: the certificate, followed by its issuers if the file has them. */
  certificate: Buffer;
  /** PEM, not encrypted. */
  key: Buffer;
}

/** The facts of a certificate that may be shown. */
export interface CertificateFacts {
  path: string;
  /** One line, such as `CN=worker, O=Example`. */
  subject: string;
  /** ISO 8601, UTC. */
  validFrom: string;
  validTo: string;
}

/** The variables behind a certificate. */
interface CertificateVariables {
  PRISM_CLIENT_CERTIFICATE?: string | undefined;
  PRISM_CLIENT_KEY?: string | undefined;
}

/** A certificate that was read, and the facts that may be shown. */
export interface ReadCertificate {
  certificate: ClientCertificate;
  facts: CertificateFacts;
}

/**
 * Returns a function that reads certificate and key and tests them together, or null if neither is set. If only one is
 * set, this is a problem. Never shows content.
 */
export function checkClientCertificate(
  variables: CertificateVariables,
): Checked<(() => Checked<ReadCertificate>) | null> {
  const { PRISM_CLIENT_CERTIFICATE: path, PRISM_CLIENT_KEY: keyPath } = variables;
  if (path === undefined && keyPath === undefined) return { ok: true, value: null };
  if (path === undefined) {
    return oneProblem(
      'PRISM_CLIENT_CERTIFICATE',
      'nothing',
      'the path of a certificate beside PRISM_CLIENT_KEY',
    );
  }
  if (keyPath === undefined) {
    return oneProblem('PRISM_CLIENT_KEY', 'nothing', 'the path of a key beside PRISM_CLIENT_CERTIFICATE');
  }
  return { ok: true, value: () => readTogether(path, keyPath) };
}

function readTogether(path: string, keyPath: string): Checked<ReadCertificate> {
  const certificate = read(path);
  if (typeof certificate === 'string') return unreadable('PRISM_CLIENT_CERTIFICATE', path, certificate);
  const facts = factsOf(path, certificate);
  if (facts === null) return unreadable('PRISM_CLIENT_CERTIFICATE', path, 'it holds no certificate');
  const key = read(keyPath);
  if (typeof key === 'string') return unreadable('PRISM_CLIENT_KEY', keyPath, key);
  const refused = tryTogether(certificate, key);
  if (refused !== null) return unreadable('PRISM_CLIENT_KEY', keyPath, refused);
  return { ok: true, value: { certificate: { certificate, key }, facts } };
}

/** The lines of a key that could appear in a log, so that they can be masked. */
export const keyLines = (key: Buffer): string[] =>
  key
    .toString('latin1')
    .split(/\r?\n/)
    .filter((line) => line !== '' && !line.startsWith('-----'));

function read(path: string): Buffer | string {
  try {
    return readFileSync(path);
  } catch (error) {
    return `it cannot be read (${String((error as { code?: unknown }).code)})`;
  }
}

function factsOf(path: string, pem: Buffer): CertificateFacts | null {
  try {
    const { subject, validFrom, validTo } = new X509Certificate(pem);
    return {
      path,
      subject: subject.replaceAll('\n', ', '),
      validFrom: new Date(validFrom).toISOString(),
      validTo: new Date(validTo).toISOString(),
    };
  } catch {
    return null;
  }
}

/** Why the two do not work together, or null. OpenSSL's own message contains no secrets, but jargon. */
function tryTogether(cert: Buffer, key: Buffer): string | null {
  try {
    createSecureContext({ cert, key });
    return null;
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === 'ERR_OSSL_X509_KEY_VALUES_MISMATCH' || code === 'ERR_OSSL_X509_KEY_TYPE_MISMATCH') {
      return 'it is not the key of PRISM_CLIENT_CERTIFICATE';
    }
    return `it holds no key that can be used (${typeof code === 'string' ? code : 'no reason given'})`;
  }
}

const unreadable = (field: string, path: string, seen: string): Checked<never> =>
  oneProblem(
    field,
    `${JSON.stringify(path)}: ${seen}`,
    'the path of a PEM file that this account can read, not encrypted',
  );
