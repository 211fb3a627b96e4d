import { withDocsUrl } from '../../core/details/docs-links';
import { WorkflowFailedError, type Client, type WorkflowExecutionDescription } from '@temporalio/client';
import { CodecError } from '../../codec/codec-error';
import { commandTarget, uiLink, type WorkflowLocation } from '../../temporal/links';
import type { NamespaceAddress } from '../../temporal/namespace-verdicts';
import { pendingActivities, type PendingActivity } from '../../temporal/pending-activities';
import type { EarlyReport } from '../../core/pipeline/report';
import { earlyReportOf } from '../early-report';
import { explain, failureTypeOf } from '../errors';
import { describeTotals } from '../import/print-report';
import { print, printJson } from '../terminal/output';
import type { LinkSettings } from '../../config/links';
import type { KnownOfRun } from '../../temporal/finding/known-of-run';
import { printKnown, printOrigin } from './known-facts';
import { printFact } from './print-fact';

/** The subject of a page, and how to print it. */
export interface Page {
  client: Client;
  workflowId: string;
  place: NamespaceAddress;
  /** Base addresses for links. */
  links: LinkSettings;
  json: boolean;
}

/** How a workflow ended: by a result, or by a failure in words. Neither while it runs, or if its end cannot be read. */
export interface WorkflowResult<T> {
  outcome: T | null;
  failure: string | null;
  /** Names the missing key. */
  unreadable: string | null;
  /** The type of the failure, if it has one. */
  failureType: string | null;
  /** The report that a failed pipeline left; absent if there is none. */
  report?: EarlyReport;
}

const notEnded = { outcome: null, failure: null, unreadable: null, failureType: null };

/** How the described run ended. */
async function workflowResult<T>(
  client: Client,
  execution: WorkflowExecutionDescription,
): Promise<WorkflowResult<T>> {
  if (execution.status.name === 'RUNNING') return notEnded;
  try {
    const result: unknown = await client.workflow.getHandle(execution.workflowId, execution.runId).result();
    return { ...notEnded, outcome: result as T };
  } catch (error) {
    // The rest of the page needs no key.
    if (error instanceof CodecError) return { ...notEnded, unreadable: error.message };
    if (!(error instanceof WorkflowFailedError)) throw error;
    const report = earlyReportOf(error);
    const failure = explain(error).message;
    return { ...notEnded, failure, failureType: failureTypeOf(error), ...(report !== null && { report }) };
  }
}

/** Temporal's description of a workflow, as JSON. */
function executionAsJson(execution: WorkflowExecutionDescription, pending: readonly PendingActivity[]) {
  const { workflowId, runId, type, status, startTime, closeTime, historyLength } = execution;
  return {
    workflowId,
    runId,
    type,
    execution: status.name,
    startTime,
    closeTime: closeTime ?? null,
    historyLength,
    pending,
  };
}

/** Prints Temporal's description of a workflow. */
function printExecution(execution: WorkflowExecutionDescription): void {
  const { workflowId, status, startTime, closeTime, historyLength } = execution;
  const from = startTime.toISOString();
  const span = closeTime === undefined ? `since ${from}` : `from ${from} to ${closeTime.toISOString()}`;
  printFact('Workflow', workflowId);
  printFact('Execution', `${status.name.toLowerCase()}, ${span}, ${historyLength} events`);
}

/** A pending activity, with its last error. */
function pendingText({
  type,
  attempt,
  maximumAttempts,
  state,
  lastError,
  nextAttemptAt,
}: PendingActivity): string {
  const count = maximumAttempts > 0 ? `attempt ${attempt} of ${maximumAttempts}` : `attempt ${attempt}`;
  const due = nextAttemptAt === null ? '' : `, due ${nextAttemptAt}`;
  return `${type}, ${state}, ${count}${due}${lastError === null ? '' : `, last error: ${lastError}`}`;
}

/** What a command line does, and the line. */
export type NextStep = [what: string, line: string];

/** What a page shows in addition to Temporal's description. */
export interface Contents<S, T> {
  execution: WorkflowExecutionDescription;
  /** The workflow's own answer, or null and why there is none. */
  state: S | null;
  silence: string | null;
  /** `failure` is how it failed, in words, so that a problem in the same words is not printed twice. */
  printState: (state: S, failure: string | null) => void;
  /** What is known without its answer. */
  known: KnownOfRun;
  printOutcome: (outcome: T) => void;
  /** Further fields of the JSON object, and the same as text after the facts; default: nothing. */
  more?: { fields: object; print: () => void };
  /** What to do about it, in a sentence or two; null if nothing. */
  toDo: (end: WorkflowResult<T>) => string | null;
  /** Possible actions, from the workflow's location and its result, if it has one. */
  acts: (where: WorkflowLocation, outcome: T | null) => readonly NextStep[];
}

/**
 * Prints a page about a workflow: its state, what it waits for, how it ended, possible actions; or the same as one JSON
 * object.
 */
export async function printPage<S, T>(
  { client, place, links, json }: Page,
  contents: Contents<S, T>,
): Promise<void> {
  const { execution, state, silence, known, more } = contents;
  const end = await workflowResult<T>(client, execution);
  const pending = await pendingActivities(client, execution);
  const toDo = contents.toDo(end);
  const whatToDo = toDo === null || links.docsUrl === null ? toDo : withDocsUrl(toDo, links.docsUrl);
  if (json)
    return printJson({
      ...{ ...executionAsJson(execution, pending), state, silence, known, whatToDo },
      ...{ ...more?.fields, ...end },
    });
  printExecution(execution);
  printOrigin(known);
  if (state !== null) contents.printState(state, end.failure);
  else {
    // A pipeline that refuses its input answers no queries; the failure below says why.
    if (end.failureType !== 'InvalidInput') printFact('State', silence ?? 'not known');
    printKnown(known, end.failure);
  }
  for (const activity of pending) printFact('Pending', pendingText(activity));
  if (end.outcome !== null) contents.printOutcome(end.outcome);
  if (end.failure !== null) printFact('Failure', end.failure);
  if (end.report !== undefined) {
    printFact('Rows', describeTotals(end.report.totals, null));
    printFact('Report', end.report.reportUri);
  }
  if (end.unreadable !== null) printFact('Result', end.unreadable);
  if (whatToDo !== null) printFact('What to do', whatToDo);
  more?.print();
  const { workflowId, runId } = execution;
  const where = { ...place, workflowId, runId };
  printActs(where, contents.acts(where, end.outcome), links);
}

/** Prints where to find more, and possible actions, as lines that can be typed unchanged. */
function printActs(where: WorkflowLocation, acts: readonly NextStep[], { uiAddress }: LinkSettings): void {
  const show: NextStep = ['See its history', `temporal workflow show ${commandTarget(where)}`];
  const all = [...acts, show];
  const width = Math.max(...all.map(([what]) => what.length)) + 1;
  print();
  for (const [what, line] of all) print(`${`${what}:`.padEnd(width)}  ${line}`);
  print(`${'Temporal UI:'.padEnd(width)}  ${uiLink(where, uiAddress)}`);
}
