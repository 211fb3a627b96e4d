import type { Client } from '@temporalio/client';
import type { TrackImportInput } from '../../core/tracker/input';
import { endStatuses, outcomeStatusNames } from '../../core/tracker/end-statuses';
import type { ImportOutcome } from '../../core/tracker/outcome';
import { openTracker, type OpenedTracker } from '../../temporal/finding/open-tracker';
import { explain } from '../errors';
import { exitCodeOfOutcome } from '../exit-code-of-end';
import { exitCodes } from '../exit-codes';
import { followUntilInterrupted } from '../terminal/follow-result';
import { printJsonLine, printToStderr } from '../terminal/output';
import { printOpened } from './how-opened';
import { printOutcome } from './print-outcome';

/** How to open trackers. */
export interface Opening {
  client: Client;
  taskQueue: string;
  flags: { again: boolean; detach: boolean; json: boolean };
}

/** How many trackers are opened at once, and how many ends are awaited at once. */
const openedAtOnce = 10;
const awaitedAtOnce = 200;

/** Exit codes, worst first. */
const worstFirst: number[] = [
  exitCodes.error,
  exitCodes.usage,
  ...outcomeStatusNames.map((status) => endStatuses[status].exitCode).filter((code) => code > 0),
  exitCodes.rowsFailed,
];

/**
 * Tracks many imports: opens all their trackers, then prints each outcome as it arrives, as one line of JSON. Reports
 * imports that cannot be tracked on standard error and continues with the others. Resolves to the worst exit code.
 */
export async function trackMany(opening: Opening, inputs: readonly TrackImportInput[]): Promise<number> {
  const { client, taskQueue, flags } = opening;
  const codes: number[] = [];
  const failed = ({ jobId }: TrackImportInput, error: unknown) => {
    const { message, exitCode } = explain(error);
    printToStderr(`Import ${jobId}: ${message}`);
    codes.push(exitCode);
  };
  const opened: [TrackImportInput, OpenedTracker][] = [];
  await each(inputs, openedAtOnce, async (input) => {
    try {
      const tracker = await openTracker(client, taskQueue, input, flags);
      opened.push([input, tracker]);
      if (flags.detach) printOpened(tracker, input, flags.json);
    } catch (error) {
      failed(input, error);
    }
  });
  if (!flags.detach) {
    let ended = 0;
    const all = each(opened, awaitedAtOnce, async ([input, { handle }]) => {
      try {
        const outcome = await handle.result();
        printEnd(outcome, flags.json);
        codes.push(exitCodeOfOutcome(outcome));
      } catch (error) {
        failed(input, error);
      }
      ended += 1;
    });
    const progress = () =>
      Promise.resolve({ processed: null, total: null, text: `${ended} of ${opened.length} imports ended` });
    await followUntilInterrupted(
      all,
      progress,
      'The trackers keep running; run the same command to attach to them.',
    );
  }
  return worstFirst.find((code) => codes.includes(code)) ?? exitCodes.complete;
}

function printEnd(outcome: ImportOutcome, json: boolean): void {
  if (json) printJsonLine(outcome);
  else printOutcome(outcome);
}

/** Runs `work` for each item, `atOnce` at a time. */
async function each<T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items].reverse();
  const worker = async () => {
    for (let item = left.pop(); item !== undefined; item = left.pop()) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
}
