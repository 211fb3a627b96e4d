import { workflowInfo } from '@temporalio/workflow';
import type { SearchAttributeUpdatePair } from '@temporalio/common';
import { prismProblemKey, prismTeamIdKey } from '../messages';
import type { ProblemCode } from '../../core/tracker/outcome';

/**
 * The changes to upsert so that search attributes show this problem, or none. Empty if they already do. A run knows
 * what the previous one wrote.
 */
export function problemChange(code: ProblemCode | null): SearchAttributeUpdatePair[] {
  const known = workflowInfo().typedSearchAttributes.get(prismProblemKey) ?? null;
  return known === code ? [] : [{ key: prismProblemKey, value: code }];
}

/** The same for the team. */
export function teamChange(teamId: string): SearchAttributeUpdatePair[] {
  const known = workflowInfo().typedSearchAttributes.get(prismTeamIdKey);
  return known === teamId ? [] : [{ key: prismTeamIdKey, value: teamId }];
}
