/** How long the API keeps an idempotency key, in milliseconds: 24 hours (API reference, idempotency). */
export const idempotencyKeyLifeMs = 24 * 3_600_000;

/**
 * The idempotency key of one launch. The same pipeline, part of a batch and attempt always give the same key, even
 * after continue-as-new or a reset. No two launches share one.
 * @param launchKey identifies the pipeline: the plan's `launchKey`
 * @param part the batch's number, with the rows if it is a part of one (`selectionLabel`)
 * @param attempt counts from 1; each new attempt requests a new execution
 */
export function idempotencyKey(launchKey: string, part: string, attempt: number): string {
  return `${launchKey}-${part}-${attempt}`;
}
