import type { Client } from '@temporalio/client';
import { prismTeamIdKey } from '../../workflows/messages';
import { namespaceFlags, type NamespaceAddress } from '../namespace-verdicts';
import { grpcCode, grpcCodeOf, rootMessage } from '../problem';
import { shellWord } from '../shell-word';
import { equalTo, isAskable } from './query-text';
import { readAndFilter } from './read-index';

/** Notices to webhooks that finally failed. */
export type FailedNotices = {
  /** The command that lists them. */
  command: string;
} & (
  | { count: number }
  /** They could not be counted, and why. */
  | { count: null; why: string }
);

/**
 * Counts the failed notices of one team or of all, for as long as the namespace keeps closed workflows. Costs one
 * query, with a timeout of 10 s. If a query cannot express the team's id, it reads the notices to count them. Never
 * rejects, so that callers can still show everything else.
 */
export async function failedNotices(
  client: Client,
  at: NamespaceAddress,
  teamId: string | null,
): Promise<FailedNotices> {
  const query = [
    "WorkflowType = 'deliverNotice'",
    "ExecutionStatus IN ('Failed', 'TimedOut', 'Terminated')",
    ...(teamId === null ? [] : equalTo('PrismTeamId', teamId)),
  ].join(' AND ');
  const command = `temporal workflow list ${namespaceFlags(at)} --query ${shellWord(query)}`;
  try {
    const count = await client.withDeadline(Date.now() + limitMs, () => countOf(client, query, teamId));
    return { count, command };
  } catch (error) {
    const late = grpcCodeOf(error) === grpcCode.deadlineExceeded;
    return { count: null, why: late ? `no answer within ${limitMs / 1000} s` : rootMessage(error), command };
  }
}

async function countOf(client: Client, query: string, teamId: string | null): Promise<number> {
  if (teamId === null || isAskable(teamId)) return (await client.workflow.count(query)).count;
  const ofTeam = await readAndFilter(
    client,
    query,
    ({ typedSearchAttributes }) => typedSearchAttributes.get(prismTeamIdKey) === teamId,
  );
  return ofTeam.length;
}

const limitMs = 10_000;
