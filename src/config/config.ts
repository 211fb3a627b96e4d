import { existsSync } from 'node:fs';
import { homedir, platform } from 'node:os';
import { join } from 'node:path';
import { loadClientConnectConfig, type ClientConnectConfig } from '@temporalio/envconfig';
import { checkApiAccess, type ApiAccess } from './api-access';
import { showBaseUrl } from './base-url';
import { ConfigError, oneProblem } from './config-error';
import { checkCustomHeaders, headerSecrets } from './custom-headers';
import { webhookSettings } from './webhooks/webhook-settings';
import type { WebhookEntry } from '../core/tracker/subscribers';
import type { WebhookTarget } from './webhooks/webhooks-file';
import { unknownVariables } from './unknown-variables';
import { checkCodecSettings, type CodecSettings } from './codec-settings';
import { checkOverlap } from './storage-overlap';
import { withoutEmpty, withOverrides } from './given-variables';
import { linkSettings, type LinkSettings } from './links';
import { tracingSettings } from './tracing-settings';
import { checkInput, type Checked, type InputProblem } from '../core/validation';
import { parseSources, type ObjectPlace } from '../ports/object-uri';
import { checkWorkerVersion, type WorkerVersion } from './worker-version';
import { addressPattern, variablesSchema, type LogLevelName } from './variables';

/** Environment variables, as in `process.env`. */
export type Environment = Record<string, string | undefined>;

/**
 * All settings of the environment, checked. Secrets (keys, headers, TLS) come from functions, so that printing this
 * object shows none.
 */
export interface Config {
  micro: Omit<ApiAccess, 'secrets'> & {
    /** `MICRO_BASE_URL` without its trailing slash; default: production. */
    baseUrl: string;
    /** `MICRO_CUSTOM_HEADERS`, with names in lower case; default: none. */
    customHeaders: () => Record<string, string>;
    /** `MICRO_TEAM_ID`: the CLI's default team, or null. */
    teamId: string | null;
  };
  temporal: {
    /** `host:port`; default `localhost:7233`. */
    address: string;
    /** Default `default`. */
    namespace: string;
    /** Options for `Connection.connect` and `NativeConnection.connect`: address, API key, TLS, metadata. */
    connectionOptions: () => ClientConnectConfig['connectionOptions'];
  };
  /** Addresses of the Temporal UI and the documents, for links. */
  links: LinkSettings;
  /** How payloads are encoded: `PRISM_PAYLOAD_CODEC`, `PRISM_ENCRYPTION_KEYS` and related variables. */
  codec: CodecSettings;
  /**
   * Every key above, and custom headers that look like one, to mask in output. Call it each time, because keys change.
   */
  secrets: () => string[];
  /** One line for each variable that looks like a misspelt one of ours. */
  unknownVariables: string[];
  /** `PRISM_TASK_QUEUE`; default `prism-imports`. */
  taskQueue: string;
  /** `TEMPORAL_DEPLOYMENT_NAME` and related variables, or null for a worker without a version. */
  workerVersion: WorkerVersion | null;
  /** `PRISM_REQUESTS_PER_SECOND`, for the whole fleet; default 10. */
  requestsPerSecond: number;
  /** `PRISM_STORAGE`: `file:DIR` or `s3://bucket/prefix`, or null for no storage. */
  storage: string | null;
  /** `PRISM_KEEP_STORED`: how long the storage keeps what nothing needs, in milliseconds; null: forever. */
  keepStoredMs: number | null;
  /** `PRISM_SOURCES`: where files may be read, besides `uploads/` in the storage; empty if not set. */
  sources: readonly ObjectPlace[];
  /**
   * The current webhooks in the file `PRISM_WEBHOOKS`, by name; empty without it. The first call opens the file and
   * throws a {@link ConfigError} if it cannot be used. Later problems go to `warn`, and the last good content stays in
   * use.
   */
  webhooks: (warn?: (message: string) => void) => ReadonlyMap<string, WebhookTarget>;
  /** The webhooks that every tracker of a team notifies, from the file `PRISM_NOTICES`; behaves like `webhooks`. */
  noticesOf: (teamId: string, warn?: (message: string) => void) => WebhookEntry[];
  /** `AWS_ENDPOINT_URL_S3`, else `AWS_ENDPOINT_URL`: another S3-compatible server; null for AWS. */
  s3Endpoint: string | null;
  /** `PRISM_METRICS_ADDRESS`: `host:port` of a Prometheus endpoint to serve, or null for none. */
  metricsAddress: string | null;
  /** `PRISM_HEALTH_ADDRESS`: `host:port` of the health endpoint, or null for none. */
  healthAddress: string | null;
  /** `PRISM_REQUESTS_PER_MONTH`: the key's monthly quota, used only for metrics; default 1000. */
  requestsPerMonth: number;
  /** Tracing by the standard `OTEL_*` variables, with its `OTEL_SERVICE_NAME`; null for no tracing. */
  tracing: { serviceName: string } | null;
  /** `PRISM_LOG_LEVEL`; default `info`. */
  logLevel: LogLevelName;
  /** `PRISM_MAX_RESPONSE_BYTES`: the largest response of the API that is read, in bytes; default 1 GiB. */
  maxResponseBytes: number;
  /** `PRISM_MAX_CACHED_WORKFLOWS`: how many workflows a worker keeps in memory at most; null for the SDK's default. */
  maxCachedWorkflows: number | null;
}

/** Settings for the programs that this project starts: Temporal's executables and their cache. */
export interface ToolSettings {
  /** `PRISM_TEMPORAL_CLI`, or null. */
  temporalCli: string | null;
  /** `prism-imports` in `XDG_CACHE_HOME`, else in `~/.cache` (macOS: `~/Library/Caches`). */
  cacheDirectory: string;
  /** Whether `CI` is set: no progress lines. */
  ci: boolean;
  /** The environment without accounts, see {@link withoutAccounts}. */
  environment: Environment;
}

/** Every variable that is read here and whose name is ours. */
const knownVariables = [...Object.keys(variablesSchema.shape), 'MICRO_CUSTOM_HEADERS'];

/** Variables whose values never appear in a message. */
const secret = new Set(['MICRO_API_KEY', 'PRISM_PROXY', 'PRISM_ENCRYPTION_KEYS', 'PRISM_CODEC_TOKEN']);

/**
 * Reads all settings from the environment, and `temporal.toml` as Temporal's own tools do. Empty variables count as not
 * set; values in `overrides`, which a program passes, replace those of the environment. Throws {@link ConfigError} with
 * all problems, except those of the files for API key and client certificate, which are opened on first use.
 */
export function loadConfig(environment: Environment = process.env, overrides: Environment = {}): Config {
  const given = withOverrides(withoutEmpty(environment), withoutEmpty(overrides));
  const variables = checkInput(variablesSchema, given);
  const headers = checkCustomHeaders(given['MICRO_CUSTOM_HEADERS'] ?? '');
  const temporal = readTemporal(given);
  const problems = [variables, headers, temporal].flatMap((part) => (part.ok ? [] : part.problems));
  if (!variables.ok || !headers.ok || !temporal.ok)
    throw new ConfigError(problems.map((each) => hideSecret(each, given)));
  const { value } = variables;
  const parts = [checkCodecSettings(value), checkApiAccess(value), checkWorkerVersion(value)] as const;
  const [codec, access, version] = parts;
  const sources = parseSources(value.PRISM_SOURCES ?? '') ?? [];
  const overlap = checkOverlap(value.PRISM_STORAGE ?? null, sources, value.PRISM_SOURCES ?? '');
  const clashes = parts.flatMap((part) => (part.ok ? [] : part.problems));
  if (overlap !== null) clashes.push(overlap);
  if (!codec.ok || !access.ok || !version.ok || clashes.length > 0) throw new ConfigError(clashes);
  const { secrets: accessSecrets, ...api } = access.value;
  const { connectionOptions, namespace } = temporal.value;
  const webhooks = webhookSettings(value);
  return deepFreeze({
    micro: {
      ...api,
      baseUrl: value.MICRO_BASE_URL,
      customHeaders: () => ({ ...headers.value }),
      teamId: value.MICRO_TEAM_ID ?? null,
    },
    temporal: {
      address: connectionOptions.address ?? 'localhost:7233',
      namespace: namespace ?? 'default',
      connectionOptions: () => ({ ...connectionOptions }),
    },
    links: linkSettings(value),
    codec: codec.value,
    secrets: () =>
      [
        ...accessSecrets(),
        connectionOptions.apiKey,
        ...headerSecrets(headers.value),
        ...codec.value.secrets(),
        ...webhooks.secrets(),
      ].filter((key) => typeof key === 'string'),
    unknownVariables: unknownVariables(Object.keys(given), knownVariables),
    taskQueue: value.PRISM_TASK_QUEUE,
    workerVersion: version.value,
    requestsPerSecond: value.PRISM_REQUESTS_PER_SECOND,
    storage: value.PRISM_STORAGE ?? null,
    keepStoredMs: value.PRISM_KEEP_STORED ?? null,
    sources,
    webhooks: webhooks.targets,
    noticesOf: webhooks.noticesOf,
    s3Endpoint: value.AWS_ENDPOINT_URL_S3 ?? value.AWS_ENDPOINT_URL ?? null,
    metricsAddress: value.PRISM_METRICS_ADDRESS ?? null,
    healthAddress: value.PRISM_HEALTH_ADDRESS ?? null,
    requestsPerMonth: value.PRISM_REQUESTS_PER_MONTH,
    tracing: tracingSettings(value),
    logLevel: value.PRISM_LOG_LEVEL,
    maxResponseBytes: value.PRISM_MAX_RESPONSE_BYTES,
    maxCachedWorkflows: value.PRISM_MAX_CACHED_WORKFLOWS ?? null,
  });
}

/** Reads the settings for obtaining and starting Temporal's executables. */
export function loadToolSettings(environment: Environment = process.env): ToolSettings {
  const given = withoutEmpty(environment);
  const home = given['HOME'] ?? homedir();
  const caches = platform() === 'darwin' ? join(home, 'Library', 'Caches') : join(home, '.cache');
  return {
    temporalCli: given['PRISM_TEMPORAL_CLI'] ?? null,
    cacheDirectory: join(given['XDG_CACHE_HOME'] ?? caches, 'prism-imports'),
    ci: given['CI'] !== undefined && given['CI'] !== 'false',
    environment: withoutAccounts(environment),
  };
}

/**
 * The environment without `MICRO_*` and `TEMPORAL_*`, for programs that must not reach a real workspace or cluster.
 * Also without proxy, client certificate and webhooks, and without payload encoding, so that a demonstration's payloads
 * are readable.
 */
export function withoutAccounts(environment: Environment = process.env): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !accountPattern.test(name)));
}

const accountPattern =
  /^(?:(?:MICRO|TEMPORAL)_|PRISM_(?:PAYLOAD_CODEC|ENCRYPTION_KEYS|ENCODE_FAILURES|CODEC_TOKEN|WEBHOOKS|NOTICES|PROXY|CLIENT_CERTIFICATE|CLIENT_KEY)$)/;

function readTemporal(given: Record<string, string>): Checked<ClientConnectConfig> {
  const file = given['TEMPORAL_CONFIG_FILE'];
  if (file !== undefined && !existsSync(file)) {
    return oneProblem('TEMPORAL_CONFIG_FILE', JSON.stringify(file), 'the path of a file');
  }
  try {
    const value = loadConnection(given);
    const found = value.connectionOptions.address;
    return found === undefined || given['TEMPORAL_ADDRESS'] !== undefined || addressPattern.test(found)
      ? { ok: true, value }
      : oneProblem('temporal.toml: address', JSON.stringify(found), 'host:port');
  } catch (error) {
    // Only the first line: parsers show the lines around an error, and one of them may contain the key.
    const [seen = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    return oneProblem(
      'TEMPORAL_* or temporal.toml',
      seen,
      'what Temporal documents for environment configuration',
    );
  }
}

function loadConnection(given: Record<string, string>): ClientConnectConfig {
  try {
    return loadClientConnectConfig({ overrideEnvVars: given });
  } catch (error) {
    // The SDK (1.24.0) fails like this on a file without profiles, which is simply empty.
    if (!(error instanceof TypeError)) throw error;
    return loadClientConnectConfig({ overrideEnvVars: given, disableFile: true });
  }
}

function hideSecret(problem: InputProblem, given: Record<string, string>): InputProblem {
  if (problem.field === 'MICRO_BASE_URL')
    return { ...problem, seen: showBaseUrl(given['MICRO_BASE_URL'] ?? '') };
  return secret.has(problem.field) ? { ...problem, seen: 'a value that is not shown' } : problem;
}

function deepFreeze<T extends object>(value: T): Readonly<T> {
  for (const part of Object.values(value)) {
    if (typeof part === 'object' && part !== null) deepFreeze(part as object);
  }
  return Object.freeze(value);
}
