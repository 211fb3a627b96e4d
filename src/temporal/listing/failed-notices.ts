import type { Client } from '@temporalio/client';
import { namespaceFlags, type NamespaceAddress } from '../namespace-verdicts';
import { grpcCode, grpcCodeOf, rootMessage } from '../problem';
import { shellWord } from '../shell-word';

/** Notices to webhooks that were not delivered in the end. */
export type FailedNotices = {
  /** The command that lists them. */
  command: string;
} & (
  | { count: number }
  /** They could not be counted, and why. */
  | { count: null; why: string }
);

/**
 * How many notices could not be delivered, of one team or of all, as long as the namespace keeps closed workflows: one
 * query, which has 10 s. A team whose id servers read differently in a query is counted with all others. Never rejects:
 * who asks has other things to show.
 */
export async function failedNotices(
  client: Client,
  at: NamespaceAddress,
  teamId: string | null,
): Promise<FailedNotices> {
  const ofTeam = teamId === null || /["'\\]/.test(teamId) ? '' : ` AND PrismTeamId = '${teamId}'`;
  const query = `WorkflowType = 'deliverNotice' AND ExecutionStatus IN ('Failed', 'TimedOut', 'Terminated')${ofTeam}`;
  const command = `temporal workflow list ${namespaceFlags(at)} --query ${shellWord(query)}`;
  try {
    const { count } = await client.withDeadline(Date.now() + limitMs, () => client.workflow.count(query));
    return { count, command };
  } catch (error) {
    const late = grpcCodeOf(error) === grpcCode.deadlineExceeded;
    return { count: null, why: late ? `no answer within ${limitMs / 1000} s` : rootMessage(error), command };
  }
}

const limitMs = 10_000;
