import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeterminismViolationError } from '@temporalio/workflow';
import { Worker } from '@temporalio/worker';
import { quietly, workflowBundle } from '../support/temporal';

const histories = join(__dirname, 'histories');

interface RecordedHistory {
  events: {
    workflowExecutionStartedEventAttributes?: { workflowId: string };
    eventType: string;
    activityTaskScheduledEventAttributes?: { activityType: { name: string } };
  }[];
}

const read = (file: string) => JSON.parse(readFileSync(join(histories, file), 'utf8')) as RecordedHistory;

beforeAll(quietly);

test.each(readdirSync(histories))('replays %s', async (file) => {
  const history = read(file);
  const workflowId = history.events[0]?.workflowExecutionStartedEventAttributes?.workflowId;
  await Worker.runReplayHistory({ workflowBundle: workflowBundle() }, history, workflowId);
});

test('trackers that aim at the predicted end, and such as were begun before that, are among them', () => {
  const aims = readdirSync(histories)
    .filter((file) => file.startsWith('trackImport.'))
    .map((file) => read(file).events.some(({ eventType }) => eventType === 'EVENT_TYPE_MARKER_RECORDED'));
  expect(new Set(aims)).toEqual(new Set([true, false]));
});

test('a history of other commands is refused', async () => {
  const history = read('trackImport.complete.0.1.0.json');
  const poll = history.events.find((event) => event.activityTaskScheduledEventAttributes !== undefined);
  poll!.activityTaskScheduledEventAttributes!.activityType.name = 'somethingElse';
  await expect(Worker.runReplayHistory({ workflowBundle: workflowBundle() }, history)).rejects.toThrow(
    DeterminismViolationError,
  );
});
