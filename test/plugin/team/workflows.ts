/** The workflows of a team: its own, and those of prism-imports. */
import { workflowInfo } from '@temporalio/workflow';
import { trackImport } from 'prism-imports/workflow';

export * from 'prism-imports/workflows';

/** Follows an import that was started elsewhere on the team's own task queue, and says how it ended. */
export async function followImport(job: { teamId: string; jobId: string }): Promise<string> {
  const { taskQueue } = workflowInfo();
  const outcome = await trackImport(job, { taskQueue });
  return outcome.status;
}

/** Takes as long as so many rounds of arithmetic, without a pause. */
export async function takeLong(rounds: number): Promise<number> {
  let value = await Promise.resolve(1);
  for (let round = 0; round < rounds; round += 1) value = Math.imul(value, 31) ^ round;
  return value;
}
