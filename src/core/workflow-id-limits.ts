import { utf8Length } from './ids';
import type { InputProblem } from './validation';

/**
 * Maximum length of a workflow id, in bytes: what PostgreSQL's columns hold, and what `deploy/temporal` sets as the
 * server's `limit.maxIDLength`. A server without that setting accepts 1000. If a command has a longer id than the
 * server accepts, the workflow task fails again and again.
 */
export const maxWorkflowIdBytes = 255;

/** Maximum length of a pipeline's workflow id, in bytes. The ids of its trackers add the part of the batch. */
export const maxPipelineIdBytes = 220;

const shownCharacters = 80;

/** Why a workflow id cannot be used, or null. PostgreSQL cannot store the zero character. */
export function workflowIdProblem(id: string, maxBytes: number): InputProblem | null {
  const bytes = utf8Length(id);
  const accepted = id.includes('\0')
    ? 'a workflow id without zero characters'
    : `a workflow id of at most ${maxBytes} bytes`;
  if (bytes <= maxBytes && !id.includes('\0')) return null;
  const shown = id.length > shownCharacters ? `${id.slice(0, shownCharacters)}…` : id;
  return { field: 'workflowId', seen: `${JSON.stringify(shown)} of ${bytes} bytes`, accepted };
}
