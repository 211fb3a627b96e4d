import { z } from 'zod';
import type { ImportJob } from '../../api/import-job';
import { utf8Length } from '../../ids';
import { sha256 } from '../../sha256';
import { maxWorkflowIdBytes } from '../../workflow-id-limits';
import type { ImportEnd } from '../outcome';
import { expiresAtText } from '../retention';
import type { TrackerState } from '../state';
import { webhookNameSchema } from './webhook-name';

/** The events that a webhook receives: an import has ended, a problem persists, retention is about to end. */
export const noticeEvents = ['ended', 'problem', 'expiring'] as const;
export type NoticeEvent = (typeof noticeEvents)[number];

/** The body that a webhook receives, in the form of Standard Webhooks. Times are ISO 8601 UTC. */
export interface Notice {
  type: `import.${NoticeEvent}`;
  /** When it happened. */
  timestamp: string;
  /** How the import ended, or its state. Contains no rows, and only documented fields of the job. */
  data: { status: string; teamId: string; jobId: string; workflowId: string } & Record<string, unknown>;
}

/** Input of the workflow `deliverNotice` and of its activity `postNotice`. */
export interface DeliverNoticeInput {
  webhook: string;
  notice: Notice;
}

const text = (most: number) => z.string().max(most);

/** The same, checked. Whoever creates the notice bounds what else `data` contains. */
export const deliverNoticeInputSchema = z.object({
  webhook: webhookNameSchema,
  notice: z.object({
    type: z.enum(noticeEvents.map((event) => `import.${event}` as const)),
    timestamp: z.iso.datetime(),
    data: z.looseObject({ status: text(40), teamId: text(200), jobId: text(200), workflowId: text(1000) }),
  }),
});

/** The import and tracker that a notice is about. */
export interface NoticeSource {
  teamId: string;
  jobId: string;
  /** The tracker's id. */
  workflowId: string;
}

/** The notice that an import has ended: the content of the signal `importFinished`, without rows. */
export function endedNotice(end: ImportEnd, workflowId: string, nowMs: number): Notice {
  const { status, teamId, jobId } = end;
  return made('ended', nowMs, { status, teamId, jobId, workflowId, ...endFacts(end) });
}

function endFacts(end: ImportEnd): object {
  if ('failure' in end) return { failure: { type: end.failure.type, message: cut(end.failure.message) } };
  const { polls, startedAt, endedAt } = end.tracking;
  const tracking = { polls, startedAt, endedAt };
  if ('job' in end) {
    const { job, resultsRef, resultsOmitted } = end;
    return { job: noticeJob(job), resultsRef, resultsOmitted, tracking };
  }
  const lastSeen = end.lastSeen === null ? null : noticeJob(end.lastSeen);
  if (end.status === 'expired') {
    return { lastSeen, evidence: end.evidence, message: cut(end.message), tracking };
  }
  return { lastSeen, problem: noticeProblem(end.problem), tracking };
}

/** The notice of an event before the import ends. */
export function progressNotice(
  event: Exclude<NoticeEvent, 'ended'>,
  source: NoticeSource,
  state: TrackerState,
  nowMs: number,
): Notice {
  return made(event, nowMs, {
    status: 'processing',
    ...source,
    job: state.job === null ? null : noticeJob(state.job),
    problem: noticeProblem(state.problem),
    expiresAt: expiresAtText(state),
    polls: state.polls,
  });
}

const made = (event: NoticeEvent, nowMs: number, data: Notice['data']): Notice => ({
  type: `import.${event}`,
  timestamp: new Date(nowMs).toISOString(),
  data,
});

/** The documented fields of a job. Other fields may have any type and size. */
function noticeJob(job: ImportJob): object {
  const { total, processed, succeeded, failed, error } = job;
  const texts = {
    job_id: job.job_id,
    status: job.status,
    created_at: job.created_at,
    updated_at: job.updated_at,
    expires_at: job.expires_at,
  };
  const shown = Object.entries(texts).filter(([, value]) => typeof value === 'string');
  return {
    ...Object.fromEntries(shown.map(([name, value]) => [name, cut(value ?? '', maxShortText)])),
    ...{ total, processed, succeeded, failed },
    ...(error && { error: { code: cut(error.code ?? '', maxShortText), message: cut(error.message ?? '') } }),
  };
}

const noticeProblem = (problem: TrackerState['problem']): object | null =>
  problem && { ...problem, message: cut(problem.message) };

const maxShortText = 200;
const maxText = 1000;
const cut = (value: string, most = maxText): string =>
  value.length > most ? `${value.slice(0, most)}…` : value;

/**
 * Workflow id of a notice's delivery, which is also its `webhook-id`: `TRACKER/notice/WEBHOOK/EVENT`. With `again`,
 * another id, for when that one is taken. If the tracker's id is too long for this, its SHA-256 replaces it.
 */
export function noticeWorkflowId(
  tracker: string,
  webhook: string,
  event: NoticeEvent,
  again: string | null = null,
): string {
  const rest = `notice/${webhook}/${event}${again === null ? '' : `/${again}`}`;
  const id = `${tracker}/${rest}`;
  return utf8Length(id) <= maxWorkflowIdBytes ? id : `${sha256(encodeURIComponent(tracker))}/${rest}`;
}
