import { ConfigError } from './config/config-error';
import type { Config } from './config/config';
import type { WatchCall } from './ports/call-watch';
import { createPrismClient } from './prism/client';
import { S3Objects } from './storage/s3-objects';
import { loadS3Sdk } from './storage/s3-sdk';
import { openStore } from './storage/open-store';
import { allowedPlaces } from './storage/source-walls';
import { createNoticeSender } from './webhooks/notice-sender';
import type { WorkParts } from './worker-parts';

/** What observes the work. */
export interface WorkObservers {
  watchCall: WatchCall;
  warn(this: void, message: string): void;
}

/**
 * Throws {@link ConfigError} if a worker cannot run with this configuration: the key is missing, or the key file,
 * certificate or webhooks cannot be used.
 */
export function checkWorkable(config: Config): void {
  if (config.micro.apiKey() === null) {
    const accepted = 'an API key of the Micro workspace, here or in MICRO_API_KEY_FILE';
    throw new ConfigError([{ field: 'MICRO_API_KEY', seen: 'nothing', accepted }]);
  }
  config.micro.clientCertificate();
  config.webhooks();
  config.noticesOf('');
}

/** Loads the packages for S3 if the configuration uses it. Throws a MissingPackageError if they are not installed. */
export async function loadStorage({ storage, sources }: Config): Promise<void> {
  if (allowedPlaces(sources, storage).some((place) => 'location' in place)) await loadS3Sdk();
}

/** The parts that activities need, as configured. */
export function partsOf(config: Config, { watchCall, warn }: WorkObservers): WorkParts {
  const { baseUrl, customHeaders } = config.micro;
  const { requestsPerSecond, maxResponseBytes } = config;
  const api = createPrismClient({
    baseUrl,
    apiKey: (refused) => config.micro.apiKey({ refused, warn }) ?? '',
    secrets: config.secrets,
    route: { proxy: config.micro.proxy(), clientCertificate: config.micro.clientCertificate() },
    customHeaders: customHeaders(),
    timeoutMs: requestTimeoutMs,
    requestsPerSecond,
    maxResponseBytes,
    watchCall,
  });
  const objects = new S3Objects(config.s3Endpoint);
  const store = config.storage === null ? null : openStore(config.storage, objects);
  const notices = createNoticeSender({ targets: () => config.webhooks(warn), proxy: config.micro.proxy() });
  const sources = allowedPlaces(config.sources, config.storage);
  const noticesOf = (teamId: string) => config.noticesOf(teamId, warn);
  const { keepStoredMs } = config;
  return { api, store, sources, objects, noticesOf, notices, keepStoredMs };
}

/**
 * Request timeout. It is shorter than the activity's 60 s, so that the error says what happened, instead of Temporal's
 * timeout.
 */
const requestTimeoutMs = 55_000;
