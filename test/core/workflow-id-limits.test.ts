import { batchTrackerWorkflowId, utf8Length } from '../../src/core/ids';
import { rangeLabel } from '../../src/core/pipeline/progress';
import { maxPipelineIdBytes, maxWorkflowIdBytes, workflowIdProblem } from '../../src/core/workflow-id-limits';

test('the trackers of the longest pipeline id have ids that every server takes', () => {
  const longest = rangeLabel(1_000_000, { from: 99_999, to: 100_000 });
  const trackerId = batchTrackerWorkflowId('p'.repeat(maxPipelineIdBytes), longest);
  expect(workflowIdProblem(trackerId, maxWorkflowIdBytes)).toBeNull();
});

test('bytes count, not characters, and the zero character is refused', () => {
  expect(workflowIdProblem('é'.repeat(127), maxWorkflowIdBytes)).toBeNull();
  const problem = workflowIdProblem('é'.repeat(128), maxWorkflowIdBytes);
  expect(problem).toMatchObject({ field: 'workflowId', accepted: 'a workflow id of at most 255 bytes' });
  expect(problem?.seen).toContain('of 256 bytes');
  expect(utf8Length(problem?.seen ?? '')).toBeLessThan(200);
  expect(workflowIdProblem('a\0', maxWorkflowIdBytes)?.accepted).toContain('zero');
});
