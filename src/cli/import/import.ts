import type { Client } from '@temporalio/client';
import { neutralLine } from '../../core/details/neutral';
import { loadConfig, type Config } from '../../config/config';
import type { ImportRecordsInput } from '../../core/pipeline/input';
import { attachPipeline, newPipelineId, type OpenPipeline } from '../../temporal/pipelines';
import { connect } from '../connect';
import { printingEarlyReport } from '../early-report';
import { failureTypeOf } from '../errors';
import { dryRun } from './dry-run';
import { printDryRun, printDryRunJson } from './dry-run-text';
import { exitCodeOfDryRun, exitCodeOfReport } from '../exit-code-of-end';
import { exitCodes } from '../exit-codes';
import { onInterrupt, rejectOnInterrupt, type Interrupt } from '../terminal/follow-result';
import { followPipeline } from './follow-pipeline';
import { configWithTeam } from '../checks';
import { CommandError } from '../command-error';
import { attachLine, programLine, withLine } from '../command-line';
import { print, printToStderr, printJson } from '../terminal/output';
import { prepareImport, type BegunImport, type ImportToBegin } from './begin-import';
import { requireReadable } from './require-readable';
import { withStorageAdvice } from './other-storage';
import { requireStorage } from './upload';
import type { LiveCheck } from './live-check/live-check';
import { isSourceUri, pipelineInput, type PipelineFlags } from './pipeline-input';
import { printReport } from './print-report';

/** Options of `import`. */
export interface ImportFlags extends Omit<PipelineFlags, 'objectType'> {
  objectType?: PipelineFlags['objectType'];
  team?: string;
  dryRun: boolean;
  live: boolean;
  id?: string;
  attach?: string;
  json: boolean;
}

/** `prism-imports import FILE`; resolves to the exit code. */
export function runImport(file: string | undefined, flags: ImportFlags): Promise<number> {
  if (flags.live && !flags.dryRun) {
    const message = 'live: saw --live without --dry-run, expected both: --live extends the dry run';
    return Promise.reject(new CommandError(message, exitCodes.usage));
  }
  return flags.attach === undefined ? importFile(file, flags) : attach(file, flags.attach, flags.json);
}

async function attach(file: string | undefined, workflowId: string, json: boolean): Promise<number> {
  if (file !== undefined || workflowId === '') {
    const seen = file === undefined ? 'attach: saw ""' : `file: saw ${JSON.stringify(file)} with --attach`;
    throw new CommandError(
      `${seen}, expected --attach with the id of an import, and no file`,
      exitCodes.usage,
    );
  }
  const config = loadConfig();
  return report(
    await connect(config),
    workflowId,
    (client) => Promise.resolve(() => attachPipeline(client, workflowId)),
    json,
  );
}

async function importFile(file: string | undefined, flags: ImportFlags): Promise<number> {
  const { objectType, id = newPipelineId(), json } = flags;
  if (file === undefined || objectType === undefined) {
    const missing =
      file === undefined
        ? 'file: saw nothing, expected a file to import'
        : 'object-type: saw nothing, expected the object type of the records';
    throw new CommandError(`${missing}. Pass FILE and --object-type, or --attach.`, exitCodes.usage);
  }
  if (id === '') throw new CommandError('id: saw "", expected a workflow id', exitCodes.usage);
  // A dry run without a live check sends nothing, so the API's settings do not matter.
  const config =
    flags.dryRun && !flags.live ? { ...loadConfig(), team: 'dry-run' } : configWithTeam(flags.team);
  const input = await pipelineInput(config.team, file, { ...flags, objectType });
  if (flags.dedupeBy === undefined) {
    printToStderr(
      'Warning: Without --dedupe-by, a batch whose answer is lost is not sent again, and its rows end as unknown.',
    );
  }
  if (flags.dryRun) {
    const live = flags.live ? await beginLiveCheck(config, input) : null;
    const found = await dryRun(input, config, live);
    if (json) printDryRunJson(found);
    else printDryRun(found);
    return exitCodeOfDryRun(found);
  }
  if (!isSourceUri(file)) {
    requireStorage(config);
    await requireReadable(input, config);
  }
  const begin: ImportToBegin = { file, input, id, isNamed: flags.id !== undefined, config };
  const prepare: Prepare = (client, interrupt) => prepareImport(client, interrupt, begin);
  const reported = report(await connect(config), id, prepare, json);
  if (isSourceUri(file)) return reported;
  return reported.catch((error: unknown) => {
    throw withStorageAdvice(error, config.storage);
  });
}

/** Loads the API client only if it is needed. */
async function beginLiveCheck(config: Config, input: ImportRecordsInput): Promise<LiveCheck> {
  const check = await import('./live-check/begin-live-check.js');
  return check.beginLiveCheck(config, input);
}

const opened: Record<OpenPipeline['state'], (workflowId: string) => string> = {
  started: (workflowId) => `Imported by workflow ${workflowId}`,
  running: (workflowId) => `Following workflow ${workflowId}, which is running already`,
  ended: (workflowId) => `Workflow ${workflowId} has ended`,
};

/** What to do before a pipeline is opened; returns what opens it. */
type Prepare = (client: Client, interrupt: Interrupt) => Promise<() => Promise<BegunImport>>;

async function report(client: Client, workflowId: string, prepare: Prepare, json: boolean): Promise<number> {
  const interrupt = onInterrupt();
  try {
    const open = await prepare(client, interrupt);
    const unsure = rejectOnInterrupt(
      interrupt.promise,
      withLine('If the import has started, follow it with:', attachLine(workflowId)),
    );
    unsure.catch(() => undefined);
    const pipeline = await Promise.race([open(), unsure]);
    printToStderr(neutralLine(opened[pipeline.state](workflowId)));
    const result = followPipeline(client, pipeline, interrupt).catch((error: unknown) =>
      removeRefused(pipeline, error),
    );
    const found = await printingEarlyReport(result, json);
    if (json) printJson(found);
    else {
      printReport(found);
      print(withLine('Every row:', programLine('results', workflowId)));
      if (found.totals.failed > 0)
        print(withLine('Why rows failed:', programLine('results', workflowId, '--failed')));
    }
    return exitCodeOfReport(found);
  } finally {
    interrupt.dispose();
    await client.connection.close();
  }
}

/** Removes the copy of a file whose import was refused, and rejects with the refusal. */
async function removeRefused({ upload }: BegunImport, refusal: unknown): Promise<never> {
  if (failureTypeOf(refusal) === 'InvalidInput') await upload?.removeUnowned();
  throw refusal;
}
