import { z } from 'zod';
import { idSchema } from '../../core/id-schema';
import { failureStatusNames, reportedStatusNames } from '../../core/tracker/end-statuses';
import { evidences, problemCodes } from '../../core/tracker/outcome';
import { count, described, utcTime } from './described';
import { indexedResult, job, resultsRef } from './job';

const workflow = described(z.object({ workflowId: z.string(), signal: z.string(), reason: z.string() }), {
  workflowId: 'The workflow that could not be signalled.',
  signal: 'The name of the signal.',
  reason: 'Why it failed.',
});
const webhook = described(z.object({ webhook: z.string(), reason: z.string() }), {
  webhook: 'The webhook whose notice could not be handed over.',
  reason: 'Why it failed.',
});

const tracking = described(
  z.object({
    polls: count,
    startedAt: utcTime,
    endedAt: utcTime,
    undelivered: z.array(z.union([workflow, webhook])),
  }),
  {
    polls: 'Polls made.',
    startedAt: 'When the tracker started, ISO 8601 UTC.',
    endedAt: 'When it ended, ISO 8601 UTC.',
    undelivered: 'Subscribers that the tracker could not reach; empty in a signal.',
  },
);

/** What keeps a tracker from seeing the import's state. */
export const problem = described(
  z.object({ code: z.enum(problemCodes), message: z.string(), since: utcTime }),
  {
    code: 'The kind of problem.',
    message: 'What the tracker saw.',
    since: 'Since when, ISO 8601 UTC.',
  },
);

/** Ids as trackers hand them back. */
const ids = { teamId: idSchema, jobId: idSchema };
const idTexts = { teamId: 'The team.', jobId: 'The import.' };
const textsOfAll = {
  ...idTexts,
  status: 'How it ended.',
  tracking: 'How the polling went.',
};

const finished = described(
  z.object({
    status: z.enum(reportedStatusNames),
    ...ids,
    job,
    resultsRef: resultsRef.nullable(),
    resultsOmitted: z.boolean(),
    failedResults: z.array(indexedResult).optional(),
    failedOmitted: count.optional(),
    tracking,
  }),
  {
    ...textsOfAll,
    job: "The API's object as sent.",
    resultsRef: 'Where the results of the rows are stored, or null.',
    resultsOmitted: 'Whether there were results that are neither inline nor stored.',
    failedResults: 'Results of failed rows, as far as they fit; only if they were requested.',
    failedOmitted: 'How many failed rows are missing there.',
  },
).meta({ title: 'Finished', description: 'The API reports that the import has ended.' });

const expired = described(
  z.object({
    status: z.literal('expired'),
    ...ids,
    lastSeen: job.nullable(),
    evidence: z.enum(evidences),
    message: z.string(),
    tracking,
  }),
  {
    ...textsOfAll,
    lastSeen: 'The job as last seen, or null.',
    evidence: 'Why the import counts as expired.',
    message: 'The evidence in a sentence, with what to check.',
  },
).meta({ title: 'Expired', description: 'The API does not know the import.' });

const timedOut = described(
  z.object({
    status: z.literal('timed_out'),
    ...ids,
    lastSeen: job.nullable(),
    problem: problem.nullable(),
    tracking,
  }),
  {
    ...textsOfAll,
    lastSeen: 'The job as last seen, or null.',
    problem: 'The last problem of the tracker, or null.',
  },
).meta({ title: 'Timed out', description: 'waitTimeout passed before the import ended.' });

const lost = described(
  z.object({
    status: z.literal('lost'),
    ...ids,
    lastSeen: job.nullable(),
    problem: problem.nullable(),
    tracking,
  }),
  {
    ...textsOfAll,
    lastSeen: 'The job as last seen, or null.',
    problem: 'The last problem of the tracker, or null.',
  },
).meta({ title: 'Lost', description: 'Retention is over, and it is unknown how the import ended.' });

const failure = described(z.object({ type: z.string(), message: z.string() }), {
  type: "The failure's type, such as InvalidInput.",
  message: 'What went wrong.',
});

/** Of an input that could not be read, the ids are what could be. */
const notFollowed = described(
  z.object({ status: z.enum(failureStatusNames), teamId: z.string(), jobId: z.string(), failure }),
  { ...idTexts, status: textsOfAll.status, failure: 'Why there is no outcome.' },
).meta({ title: 'Not followed', description: 'The tracker failed or was cancelled: there is no outcome.' });

/** How an import ended. */
export const importOutcome = z.discriminatedUnion('status', [finished, expired, timedOut, lost]);

/** What the signal carries. */
export const importEnd = z.discriminatedUnion('status', [finished, expired, timedOut, lost, notFollowed]);
