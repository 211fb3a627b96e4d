import type { WorkflowExecutionDescription } from '@temporalio/client';
import type { ImportReport, PipelineState } from '../../core/pipeline/report';
import { refusedTogetherText } from '../../core/details/report-facts';
import { describeWorkflow } from '../../temporal/index-client';
import { commandTarget } from '../../temporal/links';
import { listBatches, type ImportList } from '../../temporal/listing/list-imports';
import type { ListedImport } from '../../temporal/listing/listing';
import { pipelineProgress } from '../../temporal/pipelines';
import { silenceOf } from '../../temporal/trackers';
import { knownOfRun } from '../../temporal/finding/known-of-run';
import { printPage, type NextStep, type Page, type WorkflowResult } from './describe-page';
import { inFlightOf } from './in-flight';
import { silentToDo } from './known-facts';
import { printFact } from './print-fact';
import { failureToDo, problemToDo } from './what-to-do';
import { attachLine, programLine } from '../command-line';
import { listTable } from '../list/list-table';
import { print, printPainted } from '../terminal/output';
import { describeTotals } from '../import/print-report';
import { sizeOf } from '../terminal/terminal';

/** How many batches a page lists at most. */
const shownBatches = 20;

/** Prints a page about a pipeline: progress, the trackers of its batches, its report, and possible actions. */
export async function describePipeline(page: Page): Promise<void> {
  const { client, workflowId, json } = page;
  const execution = await describeWorkflow(client, workflowId);
  const { state, silence } = await queriedState(pipelineProgress(client, workflowId));
  const batches = latestRuns(await listBatches(client, workflowId, json ? Infinity : shownBatches));
  const known = await knownOfRun(client, execution, state === null);
  const isRunning = execution.status.name === 'RUNNING';
  await printPage(page, {
    execution,
    state,
    silence,
    known,
    toDo: ({ failureType }: WorkflowResult<ImportReport>) => {
      if (!isRunning) return failureToDo(failureType);
      return state === null ? silentToDo(known) : problemToDo(inFlightOf(state).problem ?? known.problem);
    },
    printState: printPipelineState,
    printOutcome: printReportFacts,
    more: { fields: { batches: batches.rows }, print: () => printBatches(batches, workflowId) },
    acts: (where, report): NextStep[] => {
      if (report !== null) return rowActs(workflowId, report);
      if (!isRunning) return resetActs(execution, commandTarget(where));
      return [
        ['Follow it', attachLine(workflowId)],
        ['Stop it', `temporal workflow cancel ${commandTarget(where)}`],
      ];
    },
  });
}

/** How to see every row of a report, and why rows failed if some did. */
function rowActs(workflowId: string, { totals }: ImportReport): NextStep[] {
  const all: NextStep = ['Its rows', programLine('results', workflowId)];
  if (totals.failed === 0) return [all];
  return [all, ['Why rows failed', programLine('results', workflowId, '--failed')]];
}

/**
 * How to continue a pipeline that somebody ended. A terminated one continues with its trackers, which kept running. A
 * cancelled one has cancelled its trackers, so it starts again without their results. It sends requests with the same
 * idempotency keys, so for a day the API starts nothing twice.
 */
function resetActs({ status, raw, runId }: WorkflowExecutionDescription, target: string): NextStep[] {
  const reset = `temporal workflow reset ${target} --reason 'resume'`;
  const first = raw.workflowExecutionInfo?.firstRunId ?? runId;
  if (status.name === 'TERMINATED') return [['Resume it', `${reset} --type LastWorkflowTask`]];
  if (status.name !== 'CANCELLED') return [];
  const run = first === runId ? '' : ` --run-id ${first}`;
  return [['Restart it', `${reset} --type FirstWorkflowTask --reapply-exclude Signal${run}`]];
}

/**
 * Keeps the first listed run of each tracker, which is the latest; there may be several after a reset of the pipeline.
 */
const latestRuns = ({ rows, more }: ImportList): ImportList => {
  const latest = new Map<string, ListedImport>();
  for (const row of rows) if (!latest.has(row.workflowId)) latest.set(row.workflowId, row);
  return { rows: [...latest.values()], more };
};

async function queriedState(
  answer: Promise<PipelineState>,
): Promise<{ state: PipelineState | null; silence: string | null }> {
  try {
    return { state: await answer, silence: null };
  } catch (error) {
    return { state: null, silence: silenceOf(error) };
  }
}

function printPipelineState(state: PipelineState): void {
  const { phase, objectType, processed, rows, batches, warnings } = state;
  printFact('Pipeline', `${objectType} records, ${phase}`);
  printFact('Progress', rows === null ? 'reading the source' : `${processed} of ${rows} rows`);
  const { total, started, finished } = batches;
  printFact(
    'Batches',
    `${finished} finished, ${started - finished} in flight, of ${total ?? 'an unknown number'}`,
  );
  for (const line of inFlightOf(state).lines) printFact('In flight', line);
  for (const warning of warnings) printFact('Warning', warning);
}

function printReportFacts(report: ImportReport): void {
  const { totals, imports, importsOmitted, reportUri, resultsFileUri, failedRowsUri, brokenRowsUri } = report;
  printFact('Rows', describeTotals(totals, importsOmitted ? null : imports.length));
  const together = refusedTogetherText(report);
  if (together !== null) printFact('Together', together);
  printFact('Report', reportUri);
  if (resultsFileUri !== undefined) printFact('Results', resultsFileUri);
  if (failedRowsUri !== null) printFact('Failed', failedRowsUri);
  if (brokenRowsUri) printFact('Broken', brokenRowsUri);
}

function printBatches({ rows, more }: ImportList, workflowId: string): void {
  if (rows.length === 0) return;
  const width = process.stdout.isTTY ? sizeOf(process.stdout).columns : Infinity;
  print();
  // All of them start with the id of the pipeline, which the reader knows.
  const shown = rows.map((row) => ({ ...row, workflowId: row.workflowId.slice(workflowId.length + 1) }));
  printPainted(listTable(shown, Date.now(), { width, pipelines: false }));
  if (more) print(`and more; \`describe --json\` has them all`);
}
