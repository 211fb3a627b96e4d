import { Command, Option } from 'commander';
import type { Client } from '@temporalio/client';
import { loadConfig } from '../../config/config';
import {
  attachPipeline,
  newPipelineId,
  startOrAttachPipeline,
  type OpenPipeline,
} from '../../temporal/pipelines';
import { connectClient } from '../../temporal/connection';
import { shellWord } from '../../temporal/trackers';
import { dryRun } from './dry-run';
import { printDryRun } from './dry-run-text';
import { exitCodeOfReport, exitCodes } from '../exit-codes';
import { onInterrupt, refuse } from '../terminal/follow';
import { followPipeline, howToAttach } from './follow-pipeline';
import { configWithTeam, jsonOption, teamOption } from '../options';
import { CommandError, print, printAside, printJson } from '../terminal/output';
import { mappingHelp, pipelineInput, withPipelineOptions, type PipelineFlags } from './pipeline-input';
import { printReport } from './print-report';

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
      'CSV with a header, or NDJSON, plain or gzip: s3://bucket/key, or a path or file:///path on the host of the worker',
    )
    .addOption(teamOption());
  return withPipelineOptions(command)
    .option('--dry-run', 'read and check the file here, show what would be sent, and send nothing', false)
    .option('--id <workflow-id>', 'workflow id to import under; attaches when it is running already')
    .addOption(
      new Option(
        '--attach <workflow-id>',
        'follow an import that was started before, or print its report when it has ended',
      ).conflicts(['id', 'dryRun']),
    )
    .addOption(jsonOption())
    .addHelpText('after', mappingHelp)
    .action(async (file: string | undefined, flags: ImportFlags) => {
      process.exitCode = await (flags.attach === undefined
        ? importFile(file, flags)
        : attach(file, flags.attach, flags.json));
    });
}

async function attach(file: string | undefined, workflowId: string, json: boolean): Promise<number> {
  if (file !== undefined || workflowId === '') {
    const seen = file === undefined ? 'attach: saw ""' : `file: saw ${JSON.stringify(file)} with --attach`;
    throw new CommandError(
      `${seen}, expected --attach with the id of an import, and no file`,
      exitCodes.usage,
    );
  }
  const { temporal } = loadConfig();
  return report(
    await connectClient(temporal),
    workflowId,
    (client) => attachPipeline(client, workflowId),
    json,
  );
}

async function importFile(file: string | undefined, flags: ImportFlags): Promise<number> {
  const { objectType, id = newPipelineId(), json } = flags;
  if (file === undefined || objectType === undefined) {
    const missing =
      file === undefined
        ? 'file: saw nothing, expected a file to import'
        : 'object-type: saw nothing, expected a kind of record';
    throw new CommandError(`${missing}. Give FILE and --object-type, or --attach.`, exitCodes.usage);
  }
  if (id === '') throw new CommandError('id: saw "", expected a workflow id', exitCodes.usage);
  // Nothing is sent in a dry run, so that it does not matter to whom.
  const config = flags.dryRun ? { ...loadConfig(), team: 'dry-run' } : configWithTeam(flags.team);
  const input = await pipelineInput(config.team, file, { ...flags, objectType });
  if (flags.dedupeBy === undefined) {
    printAside(
      'Warning: Without --dedupe-by a batch whose answer is lost is not sent again: its rows end as unknown.',
    );
  }
  if (flags.dryRun) {
    const found = await dryRun(input, config);
    if (json) printJson(found);
    else printDryRun(found);
    return exitCodes.complete;
  }
  const open = async (client: Client) => {
    const pipeline = await startOrAttachPipeline(client, config.taskQueue, input, id);
    if (pipeline.state !== 'started') printAside(`Warning: ${file} is not read: this id is taken.`);
    return pipeline;
  };
  return report(await connectClient(config.temporal), id, open, json);
}

const opened: Record<OpenPipeline['state'], (workflowId: string) => string> = {
  started: (workflowId) => `Imported by workflow ${workflowId}`,
  running: (workflowId) => `Following workflow ${workflowId}, which is running already`,
  ended: (workflowId) => `Workflow ${workflowId} has ended`,
};

async function report(
  client: Client,
  workflowId: string,
  open: (client: Client) => Promise<OpenPipeline>,
  json: boolean,
): Promise<number> {
  const interrupt = onInterrupt();
  try {
    const unsure = refuse(
      interrupt.promise,
      `If the import has begun, ${howToAttach(workflowId)} follows it.`,
    );
    unsure.catch(() => undefined);
    const pipeline = await Promise.race([open(client), unsure]);
    printAside(opened[pipeline.state](workflowId));
    const found = await followPipeline(client, pipeline, interrupt);
    if (json) printJson(found);
    else {
      printReport(found);
      print(`Every row: \`prism-imports results ${shellWord(workflowId)}\``);
    }
    return exitCodeOfReport(found);
  } finally {
    interrupt.dispose();
    await client.connection.close();
  }
}
