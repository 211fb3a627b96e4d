import type { Payload } from '@temporalio/common';
import { getActivator } from '@temporalio/workflow/lib/global-attributes';
import { payloadConverter } from './payload-converter';

/**
 * Whether this bundle has another payload converter than ours, as a team's own worker may. Ours reads anything. Another
 * may throw, which would fail the workflow's tasks for good, and may read more encodings.
 */
export const isOfTeam = (): boolean => getActivator().payloadConverter !== payloadConverter;

/** Whether this bundle's converter can read a payload. */
export function canDecode(payload: Payload): boolean {
  if (!isOfTeam()) return true;
  try {
    getActivator().payloadConverter.fromPayload(payload);
    return true;
  } catch {
    return false;
  }
}

/** A text as this bundle's converter writes it. */
export const asText = (text: string): Payload => getActivator().payloadConverter.toPayload(text);
