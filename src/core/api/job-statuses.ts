/**
 * The statuses of an import that the API documents (API reference, `prism.imports.get`), each with whether it is final:
 * the import is over, and its rows have their results. Our own words for how an import ended are `endStatuses`.
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

/** Every documented status, in the order of the list. */
export const jobStatusNames = Object.keys(jobStatuses) as JobStatus[];

/** The status when it is documented, else null. */
export function knownJobStatus(status: string): JobStatus | null {
  return jobStatusNames.find((known) => known === status) ?? null;
}

/** The status when it is documented to be final, else null. */
export function finalJobStatus(status: string): FinalJobStatus | null {
  const known = knownJobStatus(status);
  return known !== null && isFinal(known) ? known : null;
}

const isFinal = (status: JobStatus): status is FinalJobStatus => jobStatuses[status].isFinal;
