import type { Client } from '@temporalio/client';
import { parseTrackerWorkflowId, trackerWorkflowId } from '../../core/ids';
import { TemporalProblem } from '../problem';
import { indexClient } from '../index-client';
import { beginningWith, equalTo } from '../listing/query-text';
import { trackerRun, type TrackerRun } from './tracker-run';

/** An import that has trackers, or a workflow. */
export type Target = { teamId: string; jobId: string } | { workflowId: string };

/** Most candidates that a message names. */
const maxNamed = 5;

/**
 * Resolves an id without a team: the import with this job id in any team, else the only import or pipeline whose job id
 * or workflow id starts with it. Null if nothing matches. Throws {@link TemporalProblem} if several match.
 */
export async function findByPart(client: Client, id: string): Promise<Target | null> {
  const isJob = ({ jobId }: TrackerRun) => jobId === id;
  const exact = await targets(client, equalTo('PrismJobId', id), { isByJob: isJob, isWanted: isJob });
  if (exact.size > 0)
    return onlyOne(exact, {
      problem: `${JSON.stringify(id)} is a job of several teams`,
      name: (target, workflowId) => ('teamId' in target ? target.teamId : workflowId),
      advice: 'give --team.',
    });
  const isByJob = ({ jobId }: TrackerRun) => jobId?.startsWith(id) === true;
  const isWanted = (run: TrackerRun) => isByJob(run) || run.workflowId.startsWith(id);
  const all = await targets(
    client,
    [...beginningWith('WorkflowId', id), ...beginningWith('PrismJobId', id)],
    { isByJob, isWanted },
  );
  const found = withoutParts(all);
  if (found.size === 0) return null;
  return onlyOne(found, {
    problem: `Several ids begin with ${JSON.stringify(id)}`,
    name: (_, workflowId) => workflowId,
    advice: 'give more of it.',
  });
}

/** How many entries of the index are read at most. */
const maxRead = 10_000;

/**
 * The wanted entries that match any of these clauses, keyed by the workflow id that names the target. An entry stands
 * for its job if `isByJob` holds, else for its workflow. Empty without clauses.
 */
async function targets(
  client: Client,
  clauses: readonly string[],
  { isByJob, isWanted }: Record<'isByJob' | 'isWanted', (run: TrackerRun) => boolean>,
): Promise<Map<string, Target>> {
  const found = new Map<string, Target>();
  if (clauses.length === 0) return found;
  const query = `WorkflowType IN ('trackImport', 'importRecords') AND (${clauses.join(' OR ')})`;
  let read = 0;
  for await (const info of indexClient(client).workflow.list({ query, pageSize: 1000 })) {
    read += 1;
    if (read > maxRead)
      throw new TemporalProblem(`More than ${maxRead} workflows could match: give the whole id, or --team.`);
    const run = trackerRun(info);
    if (!isWanted(run)) continue;
    const { workflowId, teamId, jobId } = run;
    const ofJob = teamId !== null && jobId !== null && isByJob(run) ? { teamId, jobId } : null;
    const target = ofJob ?? parseTrackerWorkflowId(workflowId) ?? { workflowId };
    found.set('workflowId' in target ? workflowId : trackerWorkflowId(target.teamId, target.jobId), target);
  }
  return found;
}

/** Drops the trackers of batches whose pipeline also matched. */
function withoutParts(found: Map<string, Target>): Map<string, Target> {
  const isPart = (id: string) => found.has(id.slice(0, id.lastIndexOf('/')));
  return new Map([...found].filter(([id]) => !isPart(id)));
}

function onlyOne(
  found: Map<string, Target>,
  {
    problem,
    name,
    advice,
  }: { problem: string; name: (target: Target, id: string) => string; advice: string },
): Target | null {
  const [[, target] = [null, null], ...others] = found;
  if (others.length === 0) return target;
  const named = [...found].slice(0, maxNamed).map(([id, each]) => name(each, id));
  const more = found.size > maxNamed ? ` and ${found.size - maxNamed} more` : '';
  throw new TemporalProblem(`${problem}: ${named.join(', ')}${more}: ${advice}`);
}
