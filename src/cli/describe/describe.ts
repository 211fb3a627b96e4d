import { Command } from 'commander';
import { loadConfig } from '../../config/config';
import { trackImportInputSchema } from '../../core/tracker/input';
import { connectClient } from '../../temporal/connection';
import { findImport } from '../../temporal/find-import';
import { describePipeline } from './describe-pipeline';
import { describeImport } from './describe-tracker';
import { exitCodes } from '../exit-codes';
import { jsonOption, requireValid, teamOption } from '../options';
import { CommandError } from '../terminal/output';

/** `prism-imports describe ID` */
export function describeCommand(): Command {
  return new Command('describe')
    .description(
      'show one import or pipeline: state, progress, polls, attempts under way, batches, outcome, and how to act on it',
    )
    .argument('<id>', "a job id (with --team or MICRO_TEAM_ID), or a tracker's or pipeline's workflow id")
    .addOption(teamOption())
    .addOption(jsonOption())
    .action(async (id: string, flags: { team?: string; json: boolean }) => {
      const { temporal, micro } = loadConfig();
      const teamId = flags.team ?? micro.teamId;
      requireUsable(id, teamId);
      const client = await connectClient(temporal);
      try {
        const { handle, type } = await findImport(client, id, teamId);
        const { workflowId } = handle;
        const page = { client, workflowId, place: temporal, json: flags.json };
        if (type === 'trackImport') await describeImport(page);
        else if (type === 'importRecords') await describePipeline(page);
        else
          throw new CommandError(
            `The workflow ${JSON.stringify(workflowId)} is of type ${type}, neither a tracker nor a pipeline: give a job id, or the workflow id of one.`,
            exitCodes.error,
          );
      } finally {
        await client.connection.close();
      }
    });
}

/** Only a workflow id can contain a slash, or be given without a team. */
function requireUsable(id: string, teamId: string | null): void {
  if (id.includes('/') || (teamId === null && id !== '')) return;
  requireValid(trackImportInputSchema, { teamId: teamId ?? undefined, jobId: id });
}
