import { ConfigError } from './config-error';
import { WebhooksFile, type WebhookTarget } from './webhooks-file';

/** Where notices go. */
export interface WebhookSettings {
  /** As `Config` has it. */
  targets: (warn?: (message: string) => void) => ReadonlyMap<string, WebhookTarget>;
  secrets: () => string[];
}

/** The settings of these variables; the file is opened by who needs it. */
export function webhookSettings(variables: {
  PRISM_WEBHOOKS?: string | undefined;
  PRISM_PLAIN_HTTP?: string[] | undefined;
}): WebhookSettings {
  const { PRISM_WEBHOOKS: path, PRISM_PLAIN_HTTP: plainHosts = [] } = variables;
  if (path === undefined) return { targets: () => new Map(), secrets: () => [] };
  let file: WebhooksFile | null = null;
  return {
    targets: (warn = () => undefined) => (file ??= open(path, plainHosts)).targets(warn),
    secrets: () => file?.secrets() ?? [],
  };
}

function open(path: string, plainHosts: readonly string[]): WebhooksFile {
  const file = WebhooksFile.open(path, plainHosts);
  if (file.ok) return file.value;
  throw new ConfigError(file.problems);
}
