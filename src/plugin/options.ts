/** How a plugin works: what a program says instead of the variable named with it. */
export interface PrismImportsPluginOptions {
  /** The API key (`MICRO_API_KEY`, `MICRO_API_KEY_FILE`). */
  apiKey?: string;
  /** Where the API is (`MICRO_BASE_URL`). */
  baseUrl?: string;
  /** `file:DIR` or `s3://bucket/prefix` (`PRISM_STORAGE`). */
  storage?: string;
  /** How long the storage keeps what nobody needs, as a duration (`PRISM_KEEP_STORED`). */
  keepStored?: string;
  /** Where files may be read from, separated by commas (`PRISM_SOURCES`). */
  sources?: string;
  /** The path of a file of webhooks (`PRISM_WEBHOOKS`). */
  webhooks?: string;
  /** The path of a file that says which webhooks are told of every tracker of a team (`PRISM_NOTICES`). */
  notices?: string;
  /** Requests to the API, of all workers of the task queue together (`PRISM_REQUESTS_PER_SECOND`). */
  requestsPerSecond?: number;
  /** The variables; default: those of the process. */
  environment?: Record<string, string | undefined>;
}

/** What the options say, by the variables that say it otherwise. */
export const saidBy = (options: PrismImportsPluginOptions): Record<string, string | undefined> => ({
  MICRO_API_KEY: options.apiKey,
  MICRO_BASE_URL: options.baseUrl,
  PRISM_STORAGE: options.storage,
  PRISM_KEEP_STORED: options.keepStored,
  PRISM_SOURCES: options.sources,
  PRISM_WEBHOOKS: options.webhooks,
  PRISM_NOTICES: options.notices,
  PRISM_REQUESTS_PER_SECOND: options.requestsPerSecond?.toString(),
});
