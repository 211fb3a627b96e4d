import { upsertSearchAttributes } from '@temporalio/workflow';
import { showDetails } from '../runtime/show-details';
import { expiresAtText, indexedExpiryText } from '../../core/tracker/retention';
import { trackerDetails } from '../../core/details/tracker-details';
import type { ImportEnd } from '../../core/tracker/outcome';
import type { Phase } from '../../core/tracker/status';
import { prismExpiresAtKey, prismImportStatusKey, prismJobIdKey, prismTeamIdKey } from '../messages';
import { problemChange } from '../runtime/attribute-changes';
import type { Tracker } from './tracker';

/**
 * Publishes the tracker's state: always as current details, and as search attributes only when they change, since every
 * upsert is an event. `undelivered` is the number of subscribers that could not be notified.
 */
export function publishTracker(
  tracker: Tracker,
  phase: Phase,
  end: ImportEnd | null = null,
  undelivered = 0,
): void {
  tracker.phase = phase;
  const { request: ids, state, polling } = tracker;
  showDetails(trackerDetails({ ids, state, polling, phase, end, undelivered, nowMs: Date.now() }));
  publishAttributes(tracker, end?.status ?? 'processing');
}

function publishAttributes(tracker: Tracker, status: string): void {
  const { published, problem } = tracker.state;
  // Where only the problem has changed, an older run must not upsert, or it would not match its history.
  const ofProblem = tracker.release02 ? problemChange(problem?.code ?? null) : [];
  const { teamId, jobId } = tracker.request;
  const expiresAt = tracker.release02 ? indexedExpiryText(tracker.state) : expiresAtText(tracker.state);
  if (published === null) {
    upsertSearchAttributes([
      { key: prismTeamIdKey, value: teamId },
      { key: prismJobIdKey, value: jobId },
      { key: prismImportStatusKey, value: status },
      { key: prismExpiresAtKey, value: new Date(expiresAt) },
      ...ofProblem,
    ]);
  } else {
    const changes = [
      ...(published.status === status ? [] : [{ key: prismImportStatusKey, value: status }]),
      ...(published.expiresAt === expiresAt ? [] : [{ key: prismExpiresAtKey, value: new Date(expiresAt) }]),
      ...ofProblem,
    ];
    if (changes.length > 0) upsertSearchAttributes(changes);
  }
  tracker.state = { ...tracker.state, published: { status, expiresAt } };
}
