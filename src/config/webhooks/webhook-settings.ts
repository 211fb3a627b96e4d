import { ConfigError } from '../config-error';
import type { WebhookEntry } from '../../core/tracker/subscribers';
import type { Checked } from '../../core/validation';
import { NoticesFile } from './notices-file';
import { WebhooksFile, type WebhookTarget } from './webhooks-file';

/** The webhook settings. */
export interface WebhookSettings {
  /** As in `Config`. */
  targets: (warn?: (message: string) => void) => ReadonlyMap<string, WebhookTarget>;
  noticesOf: (teamId: string, warn?: (message: string) => void) => WebhookEntry[];
  secrets: () => string[];
}

/** Reads the settings from these variables. The file is opened on first use. */
export function webhookSettings(variables: {
  PRISM_WEBHOOKS?: string | undefined;
  PRISM_NOTICES?: string | undefined;
  PRISM_PLAIN_HTTP?: string[] | undefined;
}): WebhookSettings {
  const { PRISM_WEBHOOKS: path, PRISM_NOTICES: noticesPath, PRISM_PLAIN_HTTP: plainHosts = [] } = variables;
  let file: WebhooksFile | null = null;
  let notices: NoticesFile | null = null;
  const targets: WebhookSettings['targets'] = (warn = () => undefined) =>
    path === undefined ? new Map() : (file ??= opened(WebhooksFile.open(path, plainHosts))).targets(warn);
  const known = () => new Set(targets().keys());
  return {
    targets,
    noticesOf: (teamId, warn = () => undefined) =>
      noticesPath === undefined
        ? []
        : (notices ??= opened(NoticesFile.open(noticesPath, known))).of(teamId, warn),
    secrets: () => file?.secrets() ?? [],
  };
}

function opened<T>(file: Checked<T>): T {
  if (file.ok) return file.value;
  throw new ConfigError(file.problems);
}
