import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import { expiresAtText } from '../../core/tracker/retention';
import { trackingDetails, type TrackerEnd } from '../../core/details/tracker-details';
import type { Phase } from '../../core/tracker/status';
import { prismExpiresAtKey, prismImportStatusKey, prismJobIdKey, prismTeamIdKey } from '../messages';
import type { Tracker } from './tracker';

/** What there is to show of a tracker that has ended. */
export interface ShownEnd {
  end: TrackerEnd;
  /** How many of those who asked to be told could not be reached. */
  undelivered: number;
}

/**
 * Lets the world see what the tracker does: current details always, search attributes when they change (an upsert is an
 * event even if not).
 */
export function publishTracker(tracker: Tracker, phase: Phase, ended?: ShownEnd): void {
  tracker.phase = phase;
  const { request: ids, state, polling } = tracker;
  const { end, undelivered } = ended ?? { end: null, undelivered: 0 };
  setCurrentDetails(trackingDetails({ ids, state, polling, phase, end, undelivered, nowMs: Date.now() }));
  publishAttributes(tracker, end?.status ?? 'processing');
}

function publishAttributes(tracker: Tracker, status: string): void {
  const { published } = tracker.state;
  const { teamId, jobId } = tracker.request;
  const expiresAt = expiresAtText(tracker.state);
  if (published === null) {
    upsertSearchAttributes([
      { key: prismTeamIdKey, value: teamId },
      { key: prismJobIdKey, value: jobId },
      { key: prismImportStatusKey, value: status },
      { key: prismExpiresAtKey, value: new Date(expiresAt) },
    ]);
  } else {
    const changes = [
      ...(published.status === status ? [] : [{ key: prismImportStatusKey, value: status }]),
      ...(published.expiresAt === expiresAt ? [] : [{ key: prismExpiresAtKey, value: new Date(expiresAt) }]),
    ];
    if (changes.length > 0) upsertSearchAttributes(changes);
  }
  tracker.state = { ...tracker.state, published: { status, expiresAt } };
}
