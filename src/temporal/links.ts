import { shellWord } from './shell-word';
import { namespaceFlags, type NamespaceAddress } from './namespace-verdicts';

/** A workflow, and where it is. */
export interface WorkflowLocation extends NamespaceAddress {
  workflowId: string;
  runId: string;
}

/** The flags that a stock `temporal` command needs to find a workflow. */
export const commandTarget = (location: WorkflowLocation): string =>
  `${namespaceFlags(location)} --workflow-id ${shellWord(location.workflowId)}`;

/**
 * The link to a run in the Temporal UI, below `uiAddress` if that is set. Otherwise it knows the UI of Temporal Cloud
 * and of a development server on its usual ports; for any other server it returns only the path.
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
