/** A tracker that ended on a queue where nobody serves activities any more: more rows failed than its outcome holds. */
export function trackImport({ teamId, jobId }: { teamId: string; jobId: string }): Promise<object> {
  const resultsRef = { uri: 'file:///results/gone', rows: 9, bytes: 9, sha256: '0' };
  return Promise.resolve({
    status: 'complete',
    teamId,
    jobId,
    failedResults: [],
    failedOmitted: 9,
    resultsRef,
  });
}
