import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { carriedPipelineProblems } from '../../src/core/pipeline/carried-pipeline';
import { withUnits } from '../../src/core/durations-with-units';
import { importRecordsInputSchema } from '../../src/core/pipeline/input';
import { carriedTrackerProblems } from '../../src/core/tracker/carried-tracker';
import { trackImportInputSchema } from '../../src/core/tracker/input';

const histories = join(__dirname, 'histories');

interface Recorded {
  events: {
    eventTime: string;
    workflowExecutionStartedEventAttributes?: { workflowId: string };
    workflowExecutionContinuedAsNewEventAttributes?: { input: { payloads: [{ data: string }] } };
  }[];
}

/** What every recorded run has handed over to its next one. */
const handedOver = readdirSync(histories).flatMap((file) => {
  const { events } = JSON.parse(readFileSync(join(histories, file), 'utf8')) as Recorded;
  const workflowId = events[0]?.workflowExecutionStartedEventAttributes?.workflowId ?? '';
  return events.flatMap(({ workflowExecutionContinuedAsNewEventAttributes: handed, eventTime }) =>
    handed === undefined
      ? []
      : [{ file, workflowId, nowMs: Date.parse(eventTime), data: handed.input.payloads[0].data }],
  );
});

test('runs of each workflow that handed something over are among the histories', () => {
  const workflows = new Set(handedOver.map(({ file }) => file.split('.')[0]));
  expect(workflows).toEqual(new Set(['importRecords', 'trackImport']));
});

test.each(handedOver)('what $file has handed over is taken', ({ file, workflowId, nowMs, data }) => {
  const input: unknown = JSON.parse(Buffer.from(data, 'base64').toString());
  if (file.startsWith('trackImport')) {
    const { carried, jobId } = trackImportInputSchema.parse(withUnits(input));
    expect(carriedTrackerProblems(carried!, { jobId, nowMs })).toEqual([]);
  } else {
    const { carried } = importRecordsInputSchema.parse(withUnits(input));
    expect(carriedPipelineProblems(carried!, workflowId)).toEqual([]);
  }
});
