import { z } from 'zod';
import { failureStatusNames, reportedStatusNames } from '../../core/tracker/end-statuses';
import { evidences } from '../../core/tracker/outcome';
import { count, described, utcTime } from './described';
import { problem } from './end';
import { job as wholeJob, resultsRef } from './job';

const job = wholeJob.omit({ results: true });

const source = { teamId: z.string(), jobId: z.string(), workflowId: z.string() };
const sourceTexts = {
  teamId: 'The team.',
  jobId: 'The import.',
  workflowId: 'The tracker.',
  status: 'How it ended.',
};

const tracking = described(z.object({ polls: count, startedAt: utcTime, endedAt: utcTime }), {
  polls: 'Polls made.',
  startedAt: 'When the tracker started, ISO 8601 UTC.',
  endedAt: 'When it ended, ISO 8601 UTC.',
});
const trackingText = 'How the polling went.';
const lastSeenText = 'The job as last seen, or null.';

const finished = described(
  z.object({
    status: z.enum(reportedStatusNames),
    ...source,
    job,
    resultsRef: resultsRef.nullable(),
    resultsOmitted: z.boolean(),
    tracking,
  }),
  {
    ...sourceTexts,
    job: 'What the API documents of the job, without results.',
    resultsRef: 'Where the results of the rows are stored, or null.',
    resultsOmitted: 'Whether there were results that are neither inline nor stored.',
    tracking: trackingText,
  },
);

const expired = described(
  z.object({
    status: z.literal('expired'),
    ...source,
    lastSeen: job.nullable(),
    evidence: z.enum(evidences),
    message: z.string(),
    tracking,
  }),
  {
    ...sourceTexts,
    lastSeen: lastSeenText,
    evidence: 'Why the import counts as expired.',
    message: 'The evidence in a sentence, with what to check.',
    tracking: trackingText,
  },
);

const timedOut = described(
  z.object({
    status: z.literal('timed_out'),
    ...source,
    lastSeen: job.nullable(),
    problem: problem.nullable(),
    tracking,
  }),
  {
    ...sourceTexts,
    lastSeen: lastSeenText,
    problem: 'The last problem of the tracker, or null.',
    tracking: trackingText,
  },
);

const lost = described(
  z.object({
    status: z.literal('lost'),
    ...source,
    lastSeen: job.nullable(),
    problem: problem.nullable(),
    tracking,
  }),
  {
    ...sourceTexts,
    lastSeen: lastSeenText,
    problem: 'The last problem of the tracker, or null.',
    tracking: trackingText,
  },
);

const notFollowed = described(
  z.object({
    status: z.enum(failureStatusNames),
    ...source,
    failure: described(z.object({ type: z.string(), message: z.string() }), {
      type: "The failure's type, such as InvalidInput.",
      message: 'What went wrong.',
    }),
  }),
  { ...sourceTexts, failure: 'Why there is no outcome.' },
);

const onTheWay = described(
  z.object({
    status: z.literal('processing'),
    ...source,
    job: job.nullable(),
    problem: problem.nullable(),
    expiresAt: utcTime,
    polls: count,
  }),
  {
    ...sourceTexts,
    status: 'It has not ended.',
    job: 'What the API documents of the job as last seen, or null.',
    problem: 'The problem of the tracker, or null.',
    expiresAt: 'When the API forgets the import, ISO 8601 UTC.',
    polls: 'Polls made.',
  },
);

const texts = {
  type: 'What has happened.',
  timestamp: 'When it happened, ISO 8601 UTC.',
  data: 'The import and its state.',
};
const ended = z.discriminatedUnion('status', [finished, expired, timedOut, lost, notFollowed]);

/** What is posted to webhooks. */
export const notice = z.discriminatedUnion('type', [
  described(z.object({ type: z.literal('import.ended'), timestamp: utcTime, data: ended }), texts).meta({
    title: 'Ended',
    description: 'The import has ended, or is no longer tracked.',
  }),
  described(
    z.object({
      type: z.enum(['import.problem', 'import.expiring']),
      timestamp: utcTime,
      data: onTheWay,
    }),
    texts,
  ).meta({
    title: 'On the way',
    description: 'A problem has lasted, or the end of retention is near.',
  }),
]);
