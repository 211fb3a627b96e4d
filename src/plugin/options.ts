/** Settings of the plugin. Each option replaces the environment variable named with it. */
export interface PrismImportsPluginOptions {
  /** The API key (`MICRO_API_KEY`, `MICRO_API_KEY_FILE`). */
  apiKey?: string;
  /** The API's base URL (`MICRO_BASE_URL`). */
  baseUrl?: string;
  /** `file:DIR` or `s3://bucket/prefix` (`PRISM_STORAGE`). */
  storage?: string;
  /** How long the storage keeps what nothing needs, as a duration (`PRISM_KEEP_STORED`). */
  keepStored?: string;
  /** Where files may be read, separated by commas (`PRISM_SOURCES`). */
  sources?: string;
  /** Path of the webhooks file (`PRISM_WEBHOOKS`). */
  webhooks?: string;
  /** Path of the file that names the webhooks notified by every tracker of a team (`PRISM_NOTICES`). */
  notices?: string;
  /** Requests per second to the API, by all workers of the task queue together (`PRISM_REQUESTS_PER_SECOND`). */
  requestsPerSecond?: number;
  /** The environment variables; default: those of the process. */
  environment?: Record<string, string | undefined>;
}

/** The options as values of the variables that they replace. */
export const variablesOf = (options: PrismImportsPluginOptions): Record<string, string | undefined> => ({
  MICRO_API_KEY: options.apiKey,
  MICRO_BASE_URL: options.baseUrl,
  PRISM_STORAGE: options.storage,
  PRISM_KEEP_STORED: options.keepStored,
  PRISM_SOURCES: options.sources,
  PRISM_WEBHOOKS: options.webhooks,
  PRISM_NOTICES: options.notices,
  PRISM_REQUESTS_PER_SECOND: options.requestsPerSecond?.toString(),
});
