import { setTimeout as delay } from 'node:timers/promises';
import { Command, Option } from 'commander';
import type { Client } from '@temporalio/client';
import { loadConfig } from '../config';
import type { ImportReport } from '../domain/import-report';
import { connectClient } from '../temporal/connection';
import { attachPipeline, pipelineProgress, startPipeline, type PipelineHandle } from '../temporal/pipelines';
import { shellWord } from '../temporal/trackers';
import { dryRun, printDryRun } from './dry-run';
import { exitCodeOfReport, exitCodes } from './exit-codes';
import { follow, onInterrupt, refuse } from './follow';
import { configWithTeam, jsonOption, teamOption } from './options';
import { CommandError, printAside, printJson } from './output';
import { pipelineInput, withPipelineOptions, type PipelineFlags } from './pipeline-input';
import type { ProgressReport } from './progress';
import { printReport } from './report';

/** How long a second Ctrl-C is waited for on a terminal. */
const graceMs = 3000;

interface ImportFlags extends Omit<PipelineFlags, 'objectType'> {
  objectType?: PipelineFlags['objectType'];
  team?: string;
  dryRun: boolean;
  id?: string;
  attach?: string;
  json: boolean;
}

/** `prism-imports import FILE` */
export function importCommand(): Command {
  const command = new Command('import')
    .description(
      'import the rows of a file and write a report with one line per row; Ctrl-C leaves the import running, a second one cancels it',
    )
    .argument(
      '[file]',
      'CSV with a header, or NDJSON, plain or gzip; on the host of the worker, or s3://bucket/key',
    )
    .addOption(teamOption());
  return withPipelineOptions(command)
    .option('--dry-run', 'read and check the file, show what would be sent, and send nothing', false)
    .option('--id <workflow-id>', 'workflow id to import under; attaches when it is running already')
    .addOption(
      new Option('--attach <workflow-id>', 'follow an import that was started before').conflicts([
        'id',
        'dryRun',
      ]),
    )
    .addOption(jsonOption())
    .action(async (file: string | undefined, flags: ImportFlags) => {
      process.exitCode = await run(file, flags);
    });
}

async function run(file: string | undefined, flags: ImportFlags): Promise<number> {
  const { attach, json } = flags;
  if (attach !== undefined) {
    const { temporal } = loadConfig();
    return followReport(await connectClient(temporal), (client) => attachPipeline(client, attach), json);
  }
  const { objectType } = flags;
  if (file === undefined || objectType === undefined) {
    const missing =
      file === undefined
        ? 'file: saw nothing, expected a file to import'
        : 'object-type: saw nothing, expected a kind of record';
    throw new CommandError(`${missing}. Give FILE and --object-type, or --attach.`, exitCodes.usage);
  }
  const config = configWithTeam(flags.team);
  const input = await pipelineInput(config.team, file, { ...flags, objectType });
  if (flags.dryRun) {
    const found = await dryRun(input, config);
    if (json) printJson(found);
    else printDryRun(found);
    return exitCodes.complete;
  }
  if (flags.dedupeBy === undefined) {
    printAside(
      'Without --dedupe-by a batch whose answer is lost is not sent again: its rows end as unknown.',
    );
  }
  const start = (client: Client) => startPipeline(client, config.taskQueue, input, flags.id);
  return followReport(await connectClient(config.temporal), start, json);
}

async function followReport(
  client: Client,
  begin: (client: Client) => Promise<PipelineHandle>,
  json: boolean,
): Promise<number> {
  try {
    const handle = await begin(client);
    printAside(`Imported by workflow ${handle.workflowId}`);
    const report = await followPipeline(client, handle);
    if (json) printJson(report);
    else printReport(report);
    return exitCodeOfReport(report);
  } finally {
    await client.connection.close();
  }
}

/** Follows a pipeline to its report. The first Ctrl-C detaches; on a terminal a second one shortly after it cancels the pipeline. */
async function followPipeline(client: Client, handle: PipelineHandle): Promise<ImportReport> {
  const { workflowId } = handle;
  const advice = `The import goes on; \`prism-imports import --attach ${shellWord(workflowId)}\` follows it again, and \`temporal workflow result --workflow-id ${shellWord(workflowId)}\` waits for its report.`;
  const interrupt = onInterrupt();
  const warned = new Set<string>();
  const look = async () => {
    const { report, warnings } = await glance(client, workflowId);
    for (const warning of warnings.filter((each) => !warned.has(each))) printAside(`Warning: ${warning}`);
    warnings.forEach((warning) => warned.add(warning));
    return report;
  };
  try {
    return await follow(handle.result(), look, refuse(interrupt.promise, advice));
  } catch (error) {
    const isInterrupted = error instanceof CommandError && error.exitCode === exitCodes.interrupted;
    if (isInterrupted && process.stderr.isTTY) await offerToCancel(handle, interrupt.again);
    throw error;
  } finally {
    interrupt.dispose();
  }
}

async function offerToCancel(handle: PipelineHandle, again: Promise<void>): Promise<void> {
  printAside('Press Ctrl-C again to cancel the import.');
  const cancels = await Promise.race([again.then(() => true), delay(graceMs, false)]);
  if (!cancels) return;
  printAside('Cancelling …');
  await handle.cancel();
  await handle.result().catch(() => undefined);
  throw new CommandError(
    `Cancelled. What the API had taken by then goes on there: it has no cancel. See \`temporal workflow show --workflow-id ${shellWord(handle.workflowId)}\`.`,
    exitCodes.interrupted,
  );
}

/** How far a pipeline is. Rejects when no worker answers. */
export async function lookAtPipeline(client: Client, workflowId: string): Promise<ProgressReport> {
  return (await glance(client, workflowId)).report;
}

async function glance(
  client: Client,
  workflowId: string,
): Promise<{ report: ProgressReport; warnings: string[] }> {
  const { phase, processed, rows, batches, warnings } = await pipelineProgress(client, workflowId);
  const text = `${phase}, ${batches.finished} of ${batches.total ?? '?'} imports done`;
  return { report: { processed, total: rows, text }, warnings };
}
