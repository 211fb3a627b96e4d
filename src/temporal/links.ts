import { shellWord } from './shell-word';
import { namespaceFlags, type NamespaceAddress } from './namespace-verdicts';

/** A workflow, and where it is. */
export interface WorkflowLocation extends NamespaceAddress {
  workflowId: string;
  runId: string;
}

/** What a stock `temporal` command needs to find a workflow. */
export const commandTarget = (location: WorkflowLocation): string =>
  `${namespaceFlags(location)} --workflow-id ${shellWord(location.workflowId)}`;

/**
 * Where the Temporal UI shows a run: below `uiAddress`, where that is given. Without it Temporal Cloud and a
 * development server on its usual ports are known, of any other only the path, below the UI's address.
 */
export function uiLink(
  { address, namespace, workflowId, runId }: WorkflowLocation,
  uiAddress: string | null,
): string {
  const [id, run, space] = [workflowId, runId, namespace].map(encodeURIComponent);
  const path = `/namespaces/${space}/workflows/${id}/${run}/history`;
  if (uiAddress !== null) return `${uiAddress}${path}`;
  const [host = '', port] = address.split(/:(?=\d+$)/);
  if (/\.(tmprl\.cloud|temporal\.io)$/.test(host)) return `https://cloud.temporal.io${path}`;
  if (/^(localhost|127\.0\.0\.1|\[::1\])$/.test(host) && port === '7233') return `http://${host}:8233${path}`;
  return path;
}
