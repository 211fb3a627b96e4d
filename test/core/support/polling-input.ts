import type { PollingInput } from '../../../src/core/tracker/polling';

/** A policy as callers write it, from one whose shortest wait is in milliseconds. */
export const written = <P extends { initialInterval: number }>(
  policy: P,
): Omit<P, 'initialInterval'> & PollingInput => ({
  ...policy,
  initialInterval: `${policy.initialInterval}ms`,
});
