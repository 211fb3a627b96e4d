import { access, constants, stat } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Command, Option } from 'commander';
import type { Client } from '@temporalio/client';
import { objectTypes, type ObjectType } from '../domain/import-job';
import { importRecordsInputSchema, type ImportRecordsInput } from '../domain/import-records';
import { connectClient } from '../temporal/connection';
import { pipelineProgress, startPipeline } from '../temporal/pipelines';
import { exitCodeOfReport, exitCodes } from './exit-codes';
import { followUntilInterrupted } from './follow';
import { configWithTeam, jsonOption, pair, requireValid, teamOption, wholeNumber } from './options';
import { CommandError, printAside, printJson } from './output';
import type { ProgressReport } from './progress';
import { printReport } from './report';

/** What the command line says of a pipeline. */
export interface PipelineFlags {
  objectType: ObjectType;
  format?: 'csv' | 'ndjson';
  map?: Record<string, string>;
  dedupeBy?: string;
  updateExisting?: boolean;
  batchSize: number;
  maxConcurrentImports: number;
}

interface ImportFlags extends PipelineFlags {
  team?: string;
  json: boolean;
}

/** `prism-imports import FILE` */
export function importCommand(): Command {
  return new Command('import')
    .description(
      'import the rows of a file and write a report with one line per row; Ctrl-C leaves the import running',
    )
    .argument('<file>', 'CSV with a header, or NDJSON; on the host of the worker')
    .addOption(
      new Option('--object-type <type>', 'kind of record').choices(objectTypes).makeOptionMandatory(),
    )
    .addOption(teamOption())
    .addOption(new Option('--format <format>', "default: by the file's name").choices(['csv', 'ndjson']))
    .option('--map <column=slug>', 'write a column to another property; repeatable', pair)
    .option('--dedupe-by <slug>', 'property that tells records apart: makes repeating an import harmless')
    .option('--update-existing', 'update records that are there already', false)
    .option('--batch-size <rows>', 'rows per import', wholeNumber(1), 1000)
    .option('--max-concurrent-imports <number>', 'imports at the same time', wholeNumber(1), 4)
    .addOption(jsonOption())
    .action(async (file: string, flags: ImportFlags) => {
      const config = configWithTeam(flags.team);
      const input = await pipelineInput(config.team, file, flags);
      if (flags.dedupeBy === undefined) {
        printAside(
          'Without --dedupe-by a batch whose answer is lost is not sent again: its rows end as unknown.',
        );
      }
      const client = await connectClient(config.temporal);
      try {
        const handle = await startPipeline(client, config.taskQueue, input);
        printAside(`Imported by workflow ${handle.workflowId}`);
        const report = await followUntilInterrupted(
          handle.result(),
          () => lookAtPipeline(client, handle.workflowId),
          `The import goes on; \`temporal workflow result --workflow-id ${handle.workflowId}\` waits for its report.`,
        );
        if (flags.json) printJson(report);
        else printReport(report);
        process.exitCode = exitCodeOfReport(report);
      } finally {
        await client.connection.close();
      }
    });
}

/** How far a pipeline is. Rejects when no worker answers. */
export async function lookAtPipeline(client: Client, workflowId: string): Promise<ProgressReport> {
  const { phase, processed, rows, batches } = await pipelineProgress(client, workflowId);
  return {
    processed,
    total: rows,
    text: `${phase}, ${batches.finished} of ${batches.total ?? '?'} imports done`,
  };
}

/** The input of a pipeline for a file on this host, checked. Throws a usage error when the file cannot be read or anything else cannot be used. */
export async function pipelineInput(
  teamId: string,
  file: string,
  flags: PipelineFlags,
): Promise<ImportRecordsInput> {
  const path = await readableFile(file);
  const { objectType, map, dedupeBy, updateExisting, batchSize, maxConcurrentImports } = flags;
  const input: ImportRecordsInput = {
    teamId,
    objectType,
    source: {
      uri: pathToFileURL(path).href,
      format: flags.format ?? formatOf(path),
      ...(map !== undefined && { mapping: map }),
    },
    options: {
      ...(dedupeBy !== undefined && { dedupe_by: dedupeBy }),
      ...(updateExisting && { update_existing: true }),
    },
    batchSize,
    maxConcurrentImports,
  };
  requireValid(importRecordsInputSchema, input);
  return input;
}

async function readableFile(file: string): Promise<string> {
  const path = resolve(file);
  const refuse = (seen: string, cause?: unknown) =>
    new CommandError(
      `file: saw ${JSON.stringify(file)} (${seen}), expected a file that can be read`,
      exitCodes.usage,
      { cause },
    );
  const found = await stat(path).catch((cause: unknown) => {
    throw refuse((cause as NodeJS.ErrnoException).code ?? 'an error', cause);
  });
  if (!found.isFile()) throw refuse(found.isDirectory() ? 'a directory' : 'not a regular file');
  await access(path, constants.R_OK).catch((cause: unknown) => {
    throw refuse('no permission', cause);
  });
  return path;
}

const formatOf = (path: string) =>
  ['.ndjson', '.jsonl'].includes(extname(path).toLowerCase()) ? 'ndjson' : 'csv';
