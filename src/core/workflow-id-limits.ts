import { utf8Length } from './ids';
import type { InputProblem } from './validation';

/**
 * Longest workflow id that is used, in bytes: what PostgreSQL's columns hold and `deploy/temporal` sets as the server's
 * `limit.maxIDLength`. A server without that setting takes 1000. A command with a longer id than the server takes fails
 * the workflow task again and again.
 */
export const maxWorkflowIdBytes = 255;

/** Longest workflow id of a pipeline, in bytes: those of its trackers are longer by the part of the batch. */
export const maxPipelineIdBytes = 220;

const shownCharacters = 80;

/** Why a workflow id cannot be used, or null. The zero character is what PostgreSQL does not hold. */
export function workflowIdProblem(id: string, maxBytes: number): InputProblem | null {
  const bytes = utf8Length(id);
  const accepted = id.includes('\0')
    ? 'a workflow id without zero characters'
    : `a workflow id of at most ${maxBytes} bytes`;
  if (bytes <= maxBytes && !id.includes('\0')) return null;
  const shown = id.length > shownCharacters ? `${id.slice(0, shownCharacters)}…` : id;
  return { field: 'workflowId', seen: `${JSON.stringify(shown)} of ${bytes} bytes`, accepted };
}
