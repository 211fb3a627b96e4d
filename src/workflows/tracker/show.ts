import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import { expiresAtText } from '../../domain/retention';
import { trackingDetails } from '../../domain/texts';
import type { Phase } from '../../domain/tracking-state';
import { prismExpiresAtKey, prismImportStatusKey, prismJobIdKey, prismTeamIdKey } from '../messages';
import type { Tracker } from './tracker';

/** Lets the world see what the tracker does: current details always, search attributes when they change (an upsert is an event even if not). */
export function show(tracker: Tracker, phase: Phase, status = 'processing'): void {
  tracker.phase = phase;
  setCurrentDetails(trackingDetails(tracker.request, tracker.state, tracker.polling, phase, status));
  publish(tracker, status);
}

function publish(tracker: Tracker, status: string): void {
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
