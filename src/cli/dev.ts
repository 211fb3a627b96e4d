import { join } from 'node:path';
import { Command, Option } from 'commander';
import { demoTeamId, startDemoSite, type DemoSite } from '../dev/demo';
import { objectTypes, type ObjectType } from '../domain/import-job';
import type { ImportReport } from '../domain/import-records';
import { exitCodeOfReport, exitCodes } from './exit-codes';
import { startPipeline } from '../temporal/pipelines';
import { onInterrupt } from './follow';
import { followPipeline, pipelineInput } from './import';
import { jsonOption, wholeNumber } from './options';
import { CommandError, print, printAside, printJson } from './output';
import { printReport } from './report';

interface DevFlags {
  file: string;
  objectType: ObjectType;
  dedupeBy: string;
  batchSize: number;
  maxConcurrentImports: number;
  json: boolean;
}

/** The organisations that the demonstration imports; see data/universities.LICENSE.txt. */
const universities = join(__dirname, '..', '..', 'data', 'universities.csv');

/** `prism-imports dev` */
export function devCommand(): Command {
  return new Command('dev')
    .description(
      'see it at work: embedded Temporal with its UI, the emulator, a worker, and an import of 10,251 organisations',
    )
    .option('--file <file>', 'CSV or NDJSON to import instead', universities)
    .addOption(
      new Option('--object-type <type>', 'kind of record').choices(objectTypes).default('organization'),
    )
    .option('--dedupe-by <slug>', 'property that tells records apart', 'primary_domain')
    .option('--batch-size <rows>', 'rows per import', wholeNumber(1), 1000)
    .option('--max-concurrent-imports <number>', 'imports at the same time', wholeNumber(1), 4)
    .addOption(jsonOption())
    .addHelpText('after', '\nIgnores every MICRO_* and TEMPORAL_* variable and speaks to this machine only.')
    .action(async (flags: DevFlags) => {
      process.exitCode = await dev(flags);
    });
}

async function dev(flags: DevFlags): Promise<number> {
  const input = await pipelineInput(demoTeamId, flags.file, flags);
  const interrupted = onInterrupt();
  const site = await startDemoSite(printAside);
  try {
    const { client } = site.temporal.env;
    const handle = await startPipeline(client, site.taskQueue, input);
    const report = await Promise.race([followPipeline(client, handle), site.workerLost]);
    if (flags.json) printJson(report);
    else show(report, handle.workflowId, site);
    if (!process.stdout.isTTY || flags.json) return exitCodeOfReport(report);
    printAside('\nThe Temporal UI stays up until Ctrl-C.');
    await Promise.race([interrupted.promise, site.workerLost]);
    return exitCodes.complete;
  } catch (error) {
    // On a terminal Ctrl-C is how a demonstration ends; whoever waits for its result learns that there is none.
    const isInterrupted = error instanceof CommandError && error.exitCode === exitCodes.interrupted;
    if (isInterrupted && process.stdout.isTTY) return exitCodes.complete;
    if (isInterrupted) return exitCodes.interrupted;
    throw error;
  } finally {
    printAside('Stopping.');
    await site.stop();
    interrupted.dispose();
  }
}

function show(
  report: ImportReport,
  workflowId: string,
  { temporal, emulator, folder, journalFile }: DemoSite,
): void {
  print();
  printReport(report);
  const inEmulator = Object.values(emulator.counts()).reduce((sum, count) => sum + count, 0);
  print(`Records in the emulator: ${inEmulator.toLocaleString('en-US')}`);
  print(`Emulator's log, worker's log: ${journalFile}, ${join(folder, 'worker.log')}`);
  print(`Temporal UI: ${temporal.uiUrl}/namespaces/${temporal.namespace}/workflows`);
  print(
    process.stdout.isTTY
      ? '\nTo try in another terminal:'
      : '\nTo try while it runs (on a terminal it stays up):',
  );
  const cli = `${temporal.executable} workflow`;
  const at = `--address ${temporal.address} --namespace ${temporal.namespace}`;
  print(`  ${cli} list ${at} --query "PrismImportStatus='complete'"`);
  print(`  ${cli} query ${at} --workflow-id ${workflowId}/batch-0001 --type status`);
  print(`  ${cli} result ${at} --workflow-id ${workflowId}`);
}
