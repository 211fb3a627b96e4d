/**
 * The statuses of an import that the API documents (API reference, `prism.imports.get`). Each says whether it is final:
 * the import is over, and its rows have their results. Our own words for how an import ended are in `endStatuses`.
 */
const jobStatuses = {
  processing: { isFinal: false },
  complete: { isFinal: true },
  failed: { isFinal: true },
} as const satisfies Record<string, { isFinal: boolean }>;

export type JobStatus = keyof typeof jobStatuses;
export type FinalJobStatus = {
  [S in JobStatus]: (typeof jobStatuses)[S]['isFinal'] extends true ? S : never;
}[JobStatus];

/** Every documented status, in the order above. */
export const jobStatusNames = Object.keys(jobStatuses) as JobStatus[];

/** The status if it is documented, else null. */
export function knownJobStatus(status: string): JobStatus | null {
  return jobStatusNames.find((known) => known === status) ?? null;
}

/** The status if it is documented as final, else null. */
export function finalJobStatus(status: string): FinalJobStatus | null {
  const known = knownJobStatus(status);
  return known !== null && isFinal(known) ? known : null;
}

const isFinal = (status: JobStatus): status is FinalJobStatus => jobStatuses[status].isFinal;
