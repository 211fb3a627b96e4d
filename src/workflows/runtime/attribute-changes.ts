import { workflowInfo } from '@temporalio/workflow';
import type { SearchAttributeUpdatePair } from '@temporalio/common';
import { prismProblemKey, prismTeamIdKey } from '../messages';
import type { ProblemCode } from '../../core/tracker/outcome';

/**
 * What is to be upserted so that the index knows of a problem, or that there is none: nothing when it does already. A
 * run knows what the run before it has written.
 */
export function problemChange(code: ProblemCode | null): SearchAttributeUpdatePair[] {
  const known = workflowInfo().typedSearchAttributes.get(prismProblemKey) ?? null;
  return known === code ? [] : [{ key: prismProblemKey, value: code }];
}

/** The same of the team. */
export function teamChange(teamId: string): SearchAttributeUpdatePair[] {
  const known = workflowInfo().typedSearchAttributes.get(prismTeamIdKey);
  return known === teamId ? [] : [{ key: prismTeamIdKey, value: teamId }];
}
