import { loadConfig } from '../../config/config';
import { trackImportInputSchema } from '../../core/tracker/input';
import { connect } from '../connect';
import { findImport } from '../../temporal/finding/find-import';
import { describePipeline } from './describe-pipeline';
import { describeImport } from './describe-tracker';
import { exitCodes } from '../exit-codes';
import { requireValid } from '../checks';
import { CommandError } from '../command-error';

/** Options of `describe`. */
export interface DescribeFlags {
  team?: string;
  json: boolean;
}

/** `prism-imports describe ID` */
export async function runDescribe(id: string, flags: DescribeFlags): Promise<void> {
  const config = loadConfig();
  const { temporal, micro, links } = config;
  const teamId = flags.team ?? micro.teamId;
  requireUsable(id, teamId);
  const client = await connect(config);
  try {
    const found = await findImport(client, { id, teamId, first: 'open' });
    const { type } = found;
    const { workflowId } = found.handle;
    const page = { client, workflowId, place: temporal, links, json: flags.json };
    if (type === 'trackImport') await describeImport(page, found);
    else if (type === 'importRecords') await describePipeline(page);
    else
      throw new CommandError(
        `The workflow ${JSON.stringify(workflowId)} is of type ${type}, neither a tracker nor a pipeline: give a job id, or the workflow id of a tracker or pipeline.`,
        exitCodes.error,
      );
  } finally {
    await client.connection.close();
  }
}

/** Only workflow ids contain slashes or work without a team. */
function requireUsable(id: string, teamId: string | null): void {
  if (id.includes('/') || (teamId === null && id !== '')) return;
  requireValid(trackImportInputSchema, { teamId: teamId ?? undefined, jobId: id });
}
