import { z } from 'zod';
import { baseUrlForm, parseBaseUrl } from './base-url';
import { idSchema } from '../core/id-schema';
import { leastAgeForm, leastAgeMs } from '../core/cleaned-storage';
import { parseDuration } from '../core/duration';
import { defaultTaskQueue } from '../core/ids';
import { keyLimits } from '../core/api/limits';
import { folderUrlPattern } from './links';
import { encryptionKeysForm, parseEncryptionKeys } from './encryption-keys';
import { parseProxy, proxyForm } from './proxy';
import { apiKeyForm, apiKeyPattern } from './secret-text';
import { parseSources, parseStorageUri, sourcesForm, storageForm } from '../ports/object-uri';

/** Log levels, most verbose first. */
const logLevels = ['trace', 'debug', 'info', 'warn', 'error'] as const;
export type LogLevelName = (typeof logLevels)[number];

/** Whether a run stays on its worker's version after another becomes current. */
const versioningBehaviors = ['auto-upgrade', 'pinned'] as const;
export type VersioningBehaviorName = (typeof versioningBehaviors)[number];

const textVariable = (error: string) => z.string({ error });
const matchingText = (pattern: RegExp, error: string) => textVariable(error).regex(pattern, { error });

function numberBetween(least: number, most: number, whole: boolean) {
  const error = `a ${whole ? 'whole ' : ''}number from ${least} to ${most}`;
  return matchingText(whole ? /^\d{1,15}$/ : /^\d{1,9}(?:\.\d{1,9})?$/, error)
    .transform(Number)
    .refine((value) => value >= least && value <= most, { error });
}

/** `host:port`. */
export const addressPattern = /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):(\d{1,5})$/;
const address = (example: string) => matchingText(addressPattern, `host:port, like ${example}`);

const endpoint = textVariable('an http or https URL').regex(/^https?:\/\/[^\s/]+/, {
  error: 'an http or https URL',
});

/** An address to which paths are appended. */
const folderUrlForm = 'an http or https URL without query and fragment';
const folderUrl = matchingText(folderUrlPattern, folderUrlForm).transform((url) => url.replace(/\/+$/, ''));

const hostNamesForm = 'host names separated by commas, without port, like emulator,10.0.0.7';
const hostNames = matchingText(/^[A-Za-z0-9._:-]+(?:\s*,\s*[A-Za-z0-9._:-]+)*$/, hostNamesForm).transform(
  (text) => text.split(',').map((host) => host.trim().toLowerCase()),
);

/** As the server accepts it (1.29 to 1.32); the shorter of its limits for ids is 255. */
const deploymentNameForm =
  'a name of up to 255 characters without ".", ":" and spaces, not beginning with "__"';
const buildIdForm = 'an id of up to 255 characters without spaces, not beginning with "__"';

const keepStoredForm = `a duration like 30d, ${leastAgeForm}`;

/** Parses each of our variables from its text to its meaning. Variables that are not set get their defaults, if any. */
export const variablesSchema = z.object({
  MICRO_API_KEY: matchingText(apiKeyPattern, apiKeyForm).optional(),
  MICRO_API_KEY_FILE: textVariable('the path of a file').optional(),
  MICRO_BASE_URL: textVariable(baseUrlForm)
    .refine((url) => parseBaseUrl(url) !== null, { error: baseUrlForm })
    .transform((url) => url.replace(/\/+$/, ''))
    .default('https://developers.micro.so'),
  MICRO_TEAM_ID: idSchema.optional(),
  PRISM_PLAIN_HTTP: hostNames.optional(),
  PRISM_PROXY: textVariable(proxyForm)
    .refine((url) => parseProxy(url) !== null, { error: proxyForm })
    .transform((url) => new URL(url))
    .optional(),
  PRISM_CLIENT_CERTIFICATE: textVariable('the path of a PEM file').optional(),
  PRISM_CLIENT_KEY: textVariable('the path of a PEM file').optional(),
  PRISM_WEBHOOKS: textVariable('the path of a JSON file').optional(),
  PRISM_KEEP_STORED: textVariable(keepStoredForm)
    .transform((text) => parseDuration(text) ?? 0)
    .refine((ms) => ms >= leastAgeMs, { error: keepStoredForm })
    .optional(),
  PRISM_NOTICES: textVariable('the path of a JSON file').optional(),
  TEMPORAL_ADDRESS: address('localhost:7233').optional(),
  // The SDK takes any other word for false, and would silently send everything unencrypted.
  TEMPORAL_TLS: z.enum(['true', 'false', '1', '0'], { error: 'true, false, 1 or 0' }).optional(),
  TEMPORAL_DEPLOYMENT_NAME: matchingText(/^(?!__)[^\s.:]{1,255}$/, deploymentNameForm).optional(),
  TEMPORAL_WORKER_BUILD_ID: matchingText(/^(?!__)\S{1,255}$/, buildIdForm).optional(),
  PRISM_VERSIONING_BEHAVIOR: z
    .enum(versioningBehaviors, { error: versioningBehaviors.join(' or ') })
    .default('auto-upgrade'),
  PRISM_UI_ADDRESS: folderUrl.optional(),
  PRISM_DOCS_URL: folderUrl.optional(),
  PRISM_TASK_QUEUE: idSchema.default(defaultTaskQueue),
  PRISM_REQUESTS_PER_SECOND: numberBetween(0.01, 10_000, false).default(keyLimits.requestsPerSecond),
  PRISM_STORAGE: textVariable(storageForm)
    .refine((uri) => parseStorageUri(uri) !== null, { error: storageForm })
    .optional(),
  PRISM_SOURCES: textVariable(sourcesForm)
    .refine((text) => parseSources(text) !== null, { error: sourcesForm })
    .optional(),
  AWS_ENDPOINT_URL_S3: endpoint.optional(),
  AWS_ENDPOINT_URL: endpoint.optional(),
  PRISM_METRICS_ADDRESS: address('127.0.0.1:9464').optional(),
  PRISM_HEALTH_ADDRESS: address('127.0.0.1:9465').optional(),
  PRISM_REQUESTS_PER_MONTH: numberBetween(1, 1_000_000_000, true).default(keyLimits.requestsPerMonth),
  OTEL_SDK_DISABLED: textVariable('').optional(),
  OTEL_TRACES_EXPORTER: z.enum(['otlp', 'none'], { error: 'otlp or none' }).optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: endpoint.optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoint.optional(),
  OTEL_SERVICE_NAME: textVariable('').default('prism-imports'),
  PRISM_LOG_LEVEL: textVariable('')
    .transform((level) => level.toLowerCase())
    .pipe(z.enum(logLevels, { error: `one of ${logLevels.join(', ')}` }))
    .default('info'),
  PRISM_PAYLOAD_CODEC: textVariable('the path or name of a module').optional(),
  PRISM_ENCRYPTION_KEYS: textVariable(encryptionKeysForm)
    .transform((text, context) => {
      const keys = parseEncryptionKeys(text);
      if (typeof keys !== 'string') return keys;
      context.addIssue({ code: 'custom', message: `${encryptionKeysForm}; ${keys}` });
      return z.NEVER;
    })
    .optional(),
  PRISM_ENCODE_FAILURES: z.enum(['true', 'false'], { error: 'true or false' }).optional(),
  PRISM_CODEC_TOKEN: matchingText(
    /^[\x21-\x7e]{16,}$/,
    'a token: at least 16 printable ASCII characters',
  ).optional(),
  PRISM_MAX_RESPONSE_BYTES: numberBetween(1024, Number.MAX_SAFE_INTEGER, true).default(1_073_741_824),
  PRISM_MAX_CACHED_WORKFLOWS: numberBetween(50, 1_000_000, true).optional(),
});
