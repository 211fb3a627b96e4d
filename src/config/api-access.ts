import type { Checked } from '../core/validation';
import { isSafeWay, plainHost } from './base-url';
import { ConfigError, oneProblem } from './config-error';
import {
  checkClientCertificate,
  keyLines,
  type CertificateFacts,
  type ClientCertificate,
  type ReadCertificate,
} from './client-certificate';
import { KeyFile, type KeyRequest } from './key-file';
import { proxyAddress, proxySecrets } from './proxy';
import { apiKeyForm } from './secret-text';

/** How to reach the API. Secrets come from functions, so that printing this object shows none. */
export interface ApiAccess {
  /**
   * `MICRO_API_KEY`, or the current content of `MICRO_API_KEY_FILE`, or null. The first call opens the file and throws
   * a {@link ConfigError} if it cannot be used, so that commands without requests do not need it. Later problems go to
   * `warn`, and the last good key stays in use. If `request` says that the API refused this key, a changed file counts
   * at once.
   */
  apiKey: (request?: KeyRequest) => string | null;
  /** `PRISM_PROXY` with its credentials, or null. */
  proxy: () => URL | null;
  /** `host:port` of the proxy, or null. */
  proxyAddress: string | null;
  /**
   * `PRISM_CLIENT_CERTIFICATE` and `PRISM_CLIENT_KEY`, or null. The first call reads the files and throws a {@link
   * ConfigError} if they cannot be used.
   */
  clientCertificate: () => ClientCertificate | null;
  /** The public facts of the certificate, or null; reads and throws like `clientCertificate`. */
  certificateFacts: () => CertificateFacts | null;
  /** The current and some former keys, and the secrets of proxy and certificate. */
  secrets: () => string[];
}

/** The variables behind it, each already checked. */
interface AccessVariables {
  MICRO_API_KEY?: string | undefined;
  MICRO_API_KEY_FILE?: string | undefined;
  MICRO_BASE_URL: string;
  PRISM_PLAIN_HTTP?: string[] | undefined;
  PRISM_PROXY?: URL | undefined;
  PRISM_CLIENT_CERTIFICATE?: string | undefined;
  PRISM_CLIENT_KEY?: string | undefined;
}

/** Combines the settings. Files are opened on first use. */
export function checkApiAccess(variables: AccessVariables): Checked<ApiAccess> {
  const key = checkKey(variables);
  const plain = checkPlainHttp(new URL(variables.MICRO_BASE_URL), variables.PRISM_PLAIN_HTTP ?? []);
  const tls = checkClientCertificate(variables);
  const problems = [key, plain, tls].flatMap((part) => (part.ok ? [] : part.problems));
  if (!key.ok || !plain.ok || !tls.ok) return { ok: false, problems };
  const { PRISM_PROXY: proxy = null } = variables;
  const { value: readFiles } = tls;
  let read: ReadCertificate | null = null;
  const certificate = () => (readFiles === null ? null : (read ??= orThrow(readFiles())));
  return {
    ok: true,
    value: {
      apiKey: key.value.key,
      proxy: () => (proxy === null ? null : new URL(proxy)),
      proxyAddress: proxy === null ? null : proxyAddress(proxy),
      clientCertificate: () => {
        const found = certificate();
        return found && { ...found.certificate };
      },
      certificateFacts: () => certificate()?.facts ?? null,
      secrets: () => [
        ...key.value.secrets(),
        ...(proxy === null ? [] : proxySecrets(proxy)),
        ...(read === null ? [] : keyLines(read.certificate.key)),
      ],
    },
  };
}

function orThrow<T>(checked: Checked<T>): T {
  if (checked.ok) return checked.value;
  throw new ConfigError(checked.problems);
}

interface KeySource {
  key: ApiAccess['apiKey'];
  secrets: () => string[];
}

function checkKey({ MICRO_API_KEY: key, MICRO_API_KEY_FILE: path }: AccessVariables): Checked<KeySource> {
  if (path === undefined) {
    return { ok: true, value: { key: () => key ?? null, secrets: () => (key === undefined ? [] : [key]) } };
  }
  if (key !== undefined) {
    return oneProblem(
      'MICRO_API_KEY_FILE',
      'a path, and a key in MICRO_API_KEY',
      'one of the two: unset MICRO_API_KEY to use the file',
    );
  }
  let file: KeyFile | null = null;
  return {
    ok: true,
    value: {
      key: (request) => (file ??= openKeyFile(path)).key(request),
      secrets: () => file?.secrets() ?? [],
    },
  };
}

function openKeyFile(path: string): KeyFile {
  const file = KeyFile.open(path);
  if (typeof file !== 'string') return file;
  const seen = `${JSON.stringify(path)}: ${file}`;
  const accepted = `the path of a file that holds nothing but ${apiKeyForm}`;
  throw new ConfigError([{ field: 'MICRO_API_KEY_FILE', seen, accepted }]);
}

/** Without TLS, anybody on the network path can read the key and answer in the API's place. */
function checkPlainHttp(url: URL, allowed: readonly string[]): Checked<null> {
  if (isSafeWay(url, allowed)) return { ok: true, value: null };
  const host = plainHost(url);
  return oneProblem(
    'MICRO_BASE_URL',
    `http to ${url.hostname}, which would expose the API key on the network`,
    `https; or, if plain HTTP is intended, PRISM_PLAIN_HTTP=${host}`,
  );
}
