import type { ImportReport, PipelineState } from '../../core/pipeline/report';
import { refusedTogetherText } from '../../core/details/report-facts';
import { rootMessage } from '../../temporal/problem';
import { describeWorkflow } from '../../temporal/index-client';
import { commandTarget } from '../../temporal/links';
import { listBatches, type ImportList } from '../../temporal/listing/list-imports';
import { pipelineProgress } from '../../temporal/pipelines';
import { printFact, printPage, type Act, type Page } from './describe-page';
import { attachLine, programLine } from '../command-line';
import { listTable } from '../list/list-table';
import { print, printPainted } from '../terminal/output';
import { describeTotals } from '../import/print-report';
import { sizeOf } from '../terminal/terminal';

/** Most batches that a page lists. */
const shownBatches = 20;

/** One page about one pipeline: how far it is, the trackers of its batches, its report, and what can be done. */
export async function describePipeline(page: Page): Promise<void> {
  const { client, workflowId, json } = page;
  const execution = await describeWorkflow(client, workflowId);
  const { state, silence } = await queriedState(pipelineProgress(client, workflowId));
  const batches = await listBatches(client, workflowId, json ? Infinity : shownBatches);
  await printPage(page, {
    execution,
    state,
    silence,
    printState: printPipelineState,
    printOutcome: printReportFacts,
    more: { fields: { batches: batches.rows }, print: () => printBatches(batches, workflowId) },
    acts: (where, report): Act[] => {
      if (execution.status.name !== 'RUNNING')
        return report === null ? [] : [['Its rows', programLine('results', workflowId)]];
      return [
        ['Follow it', attachLine(workflowId)],
        ['Stop it', `temporal workflow cancel ${commandTarget(where)}`],
      ];
    },
  });
}

async function queriedState(
  answer: Promise<PipelineState>,
): Promise<{ state: PipelineState | null; silence: string | null }> {
  try {
    return { state: await answer, silence: null };
  } catch (error) {
    return { state: null, silence: `no worker answered (${rootMessage(error)})` };
  }
}

function printPipelineState({ phase, objectType, processed, rows, batches, warnings }: PipelineState): void {
  printFact('Pipeline', `${objectType} records, ${phase}`);
  printFact('Progress', rows === null ? 'reading the source' : `${processed} of ${rows} rows`);
  const { total, started, finished } = batches;
  printFact(
    'Batches',
    `${finished} finished, ${started - finished} under way, of ${total ?? 'an unknown number'}`,
  );
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
  // The id of the pipeline, which all of them begin with, is known.
  const shown = rows.map((row) => ({ ...row, workflowId: row.workflowId.slice(workflowId.length + 1) }));
  printPainted(listTable(shown, Date.now(), { width, pipelines: false }));
  if (more) print(`and more; \`describe --json\` has them all`);
}
