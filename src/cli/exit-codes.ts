/** Exit codes of every command. */
export const exitCodes = {
  complete: 0,
  error: 1,
  usage: 2,
  importFailed: 3,
  rowsFailed: 4,
  expired: 5,
  timedOut: 6,
  interrupted: 130,
} as const;
