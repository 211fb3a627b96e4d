import { z } from 'zod';
import { objectTypes } from '../../core/api/object-types';
import { count, described, utcTime } from './described';
import { problem } from './end';
import { job } from './job';

/** Handed on as the API says it, which nothing keeps from being below 0. */
const counter = z.int();

const progress = described(
  z.object({
    processed: counter.nullable(),
    total: counter.nullable(),
    fraction: z.number().min(0).max(1).nullable(),
    rowsPerSecond: z.number().min(0).nullable(),
    estimatedEndAt: utcTime.nullable(),
    earliestEndAt: utcTime.nullable(),
    latestEndAt: utcTime.nullable(),
  }),
  {
    processed: 'Rows processed so far, or null.',
    total: 'Rows of the import, or null.',
    fraction: 'Their share, from 0 to 1, or null.',
    rowsPerSecond: 'Rows per second, or null.',
    estimatedEndAt: 'When it is likely to end, ISO 8601 UTC, or null.',
    earliestEndAt: 'Start of the 90 % range of the estimate, or null.',
    latestEndAt: 'End of the 90 % range of the estimate, or null.',
  },
);

const refusedInput = described(
  z.object({ code: z.literal('invalid_input'), message: z.string(), since: utcTime }),
  {
    code: 'The input cannot be used.',
    message: 'The field, its value and the accepted form.',
    since: 'When it was refused, ISO 8601 UTC.',
  },
);

/** What a tracker says of itself. */
export const trackingState = described(
  z.object({
    phase: z.enum(['waiting', 'polling', 'delivering', 'done']),
    job: job.nullable(),
    progress,
    polls: count,
    lastPollAt: utcTime.nullable(),
    nextPollAt: utcTime.nullable(),
    expiresAt: utcTime.nullable(),
    problem: z.union([problem, refusedInput]).nullable(),
  }),
  {
    phase: 'What the tracker is doing.',
    job: 'The job as last seen, without results; null before the first answer.',
    progress: 'How far the import is.',
    polls: 'Polls made.',
    lastPollAt: 'When the last poll ended, ISO 8601 UTC; null before the first.',
    nextPollAt: 'When the next poll is due, ISO 8601 UTC; null unless waiting.',
    expiresAt: 'When the API forgets the import, ISO 8601 UTC; null when the input was refused.',
    problem: 'Why polls fail, or null.',
  },
);

const batches = described(z.object({ total: count.nullable(), started: count, finished: count }), {
  total: 'Batches of the file; null until the file is read.',
  started: 'Batches that have started.',
  finished: 'Batches whose rows are all accounted for.',
});

const inFlight = described(
  z.object({
    batch: count,
    jobId: z.string().nullable(),
    attempt: count,
    problem: problem.nullable(),
    nextTryAt: utcTime.nullable(),
  }),
  {
    batch: 'Its number, from 1.',
    jobId: 'The import that its tracker tracks, or null.',
    attempt:
      'How often the current request was sent; 1 for an import that is tracked, 0 before anything is sent.',
    problem: 'Why it cannot be launched, or null. For an import that is tracked, see its tracker.',
    nextTryAt: 'When it is retried, ISO 8601 UTC; null during an attempt or while it is tracked.',
  },
);

/** What a pipeline says of itself. */
export const pipelineState = described(
  z.object({
    phase: z.enum(['planning', 'importing', 'reporting', 'done']),
    objectType: z.enum(objectTypes),
    rows: count.nullable(),
    batches,
    processed: count,
    warnings: z.array(z.string()),
    inFlight: z.array(inFlight).optional(),
    stuck: z.boolean().optional(),
  }),
  {
    phase: 'What the pipeline is doing.',
    objectType: 'The object type of the records.',
    rows: 'Rows of the file; null until the file is read.',
    batches: 'How many batches there are.',
    processed: 'Rows of the batches that ended.',
    warnings: 'What the owner of the file should know.',
    inFlight: 'The batches that have started and not ended; absent in answers of 0.1.0.',
    stuck: 'Whether no batch in flight makes progress; absent in answers of 0.1.0.',
  },
);
