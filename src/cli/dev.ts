import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { demoTeamId, startDemoSite, type DemoSite } from '../dev/demo';
import { temporalCli } from '../dev/temporal-cli';
import type { ImportRecordsInput } from '../core/pipeline/input';
import type { ImportReport } from '../core/pipeline/report';
import { count } from '../core/details/markdown';
import { CommandError } from './command-error';
import { printingEarlyReport } from './early-report';
import { exitCodeOfReport } from './exit-code-of-end';
import { exitCodes } from './exit-codes';
import { startPipeline } from '../temporal/pipelines';
import { followResult, onInterrupt, rejectOnInterrupt } from './terminal/follow-result';
import { pipelineView } from './import/follow-pipeline';
import { print, printToStderr, printJson } from './terminal/output';
import { pipelineInput, type PipelineFlags } from './import/pipeline-input';
import { requireReadable } from './import/require-readable';
import { printReport } from './import/print-report';
import { whatNext } from './what-next';

/** Options of `dev`. */
export interface DevFlags extends PipelineFlags {
  file: string;
  json: boolean;
}

/** The column that identifies organisations, if the file has it and no option names another. */
const dedupeBy = 'primary_domain';
const headBytes = 64 * 1024;

/** `prism-imports dev`; resolves to the exit code. */
export async function runDev(flags: DevFlags): Promise<number> {
  const ours = (await mentions(flags.file, dedupeBy)) ? { dedupeBy } : {};
  const input = await pipelineInput(demoTeamId, flags.file, { ...ours, ...flags });
  await requireReadable(input, { s3Endpoint: null });
  // Ctrl-C still ends everything at once: this may take minutes, and nothing needs stopping yet.
  const executable = await temporalCli();
  const interrupt = onInterrupt();
  try {
    const site = await startDemoSite(executable, printToStderr, input.source.uri.replaceAll(',', '%2C'));
    const interrupted = rejectOnInterrupt(interrupt.promise, 'The demo has ended.');
    const stop = Promise.race([interrupted, site.workerLost]);
    stop.catch(() => undefined);
    try {
      return await demonstrate(site, input, flags, stop);
    } finally {
      printToStderr('Stopping.');
      await site.stop();
    }
  } catch (error) {
    // On a terminal, Ctrl-C is the normal end of a demonstration; a script that waits for its result gets an error.
    const isInterrupted = error instanceof CommandError && error.exitCode === exitCodes.interrupted;
    if (isInterrupted && process.stdout.isTTY) return exitCodes.complete;
    throw error;
  } finally {
    interrupt.dispose();
  }
}

/** Whether the beginning of a file contains a word; false if it cannot be read, which is reported later. */
async function mentions(path: string, word: string): Promise<boolean> {
  let head = '';
  try {
    for await (const piece of createReadStream(path, { encoding: 'utf8', end: headBytes }))
      head += String(piece);
  } catch {
    return false;
  }
  return head.includes(word);
}

async function demonstrate(
  site: DemoSite,
  input: ImportRecordsInput,
  { json }: DevFlags,
  stop: Promise<never>,
): Promise<number> {
  const { client } = site.temporal;
  await Promise.race([site.workerReady, stop]);
  const handle = await startPipeline(client, site.taskQueue, input);
  const { workflowId } = handle;
  const { fetchProgress, warn } = pipelineView(client, workflowId);
  const result = followResult(handle.result(), fetchProgress, stop);
  const report = await printingEarlyReport(result, json);
  warn(report.warnings);
  if (json) printJson(report);
  else printDemoReport(report, workflowId, site);
  if (!process.stdout.isTTY || json) return exitCodeOfReport(report);
  printToStderr('\nEverything stays up until Ctrl-C.');
  return stop;
}

function printDemoReport(report: ImportReport, workflowId: string, site: DemoSite): void {
  const { emulator, folder, journalFile } = site;
  print();
  printReport(report);
  const inEmulator = Object.values(emulator.controller.counts()).reduce((sum, some) => sum + some, 0);
  print(`Records in the emulator: ${count(inEmulator)}`);
  print(`Emulator's log: ${journalFile}`);
  print(`Worker's log: ${join(folder, 'worker.log')}`);
  if (!process.stdout.isTTY)
    return print(
      'Run it on a terminal to keep the Temporal UI up until Ctrl-C and to see commands to try next.',
    );
  print(`\n${whatNext(site, workflowId).join('\n')}`);
}
