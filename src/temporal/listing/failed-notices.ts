import type { Client } from '@temporalio/client';
import { shellWord } from '../shell-word';

/** Notices to webhooks that were not delivered in the end. */
export interface FailedNotices {
  count: number;
  /** The command that lists them. */
  command: string;
}

/**
 * How many notices could not be delivered, of one team or of all, as long as the namespace keeps closed workflows: one
 * query. A team whose id servers read differently in a query is counted with all others.
 */
export async function failedNotices(client: Client, teamId: string | null): Promise<FailedNotices> {
  const ofTeam = teamId === null || /["'\\]/.test(teamId) ? '' : ` AND PrismTeamId = '${teamId}'`;
  const query = `WorkflowType = 'deliverNotice' AND ExecutionStatus IN ('Failed', 'TimedOut', 'Terminated')${ofTeam}`;
  const { count } = await client.withDeadline(Date.now() + limitMs, () => client.workflow.count(query));
  return { count, command: `temporal workflow list --query ${shellWord(query)}` };
}

const limitMs = 10_000;
