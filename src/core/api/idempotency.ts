/** How long the API keeps an idempotency key, in milliseconds: 24 hours (API reference, idempotency). */
export const idempotencyKeyLifeMs = 24 * 3_600_000;

/**
 * Idempotency key of one launch. The same pipeline, part of a batch and attempt always give the same key, also after
 * continue-as-new and reset; no two others share it.
 * @param launchKey what tells this pipeline from every other one: the plan's `launchKey`
 * @param part the batch's number, with the rows if it is a part of one (`selectionLabel`)
 * @param attempt counts from 1; a new attempt asks the API for a new execution
 */
export function idempotencyKey(launchKey: string, part: string, attempt: number): string {
  return `${launchKey}-${part}-${attempt}`;
}
