import type { TrackImportInput } from '../../core/tracker/input';
import type { OpenedTracker } from '../../temporal/finding/open-tracker';
import { shellWord } from '../../temporal/shell-word';
import { programLine, withLine } from '../command-line';
import { printJsonLine, printLine } from '../terminal/output';

/** Says what was found or started, and where. */
export function howOpened(
  { handle: { workflowId }, state, endedAt }: OpenedTracker,
  { teamId, jobId }: TrackImportInput,
): string {
  if (state === 'started') return `Started workflow ${workflowId} to track it`;
  if (state === 'running')
    return `Attached to workflow ${workflowId}, which keeps the options it was started with`;
  const again = programLine('track', jobId, `--team ${shellWord(teamId)} --again`);
  return withLine(
    `Workflow ${workflowId} has already tracked it to its end (${endedAt}), so no request is sent. To poll again:`,
    again,
  );
}

/** Prints, for callers that do not wait, which workflow tracks the import or has tracked it. */
export function printOpened(
  { handle: { workflowId }, state }: OpenedTracker,
  { teamId, jobId }: TrackImportInput,
  json: boolean,
): void {
  if (json) printJsonLine({ teamId, jobId, workflowId, state });
  else printLine(`${state} ${workflowId}`);
}
