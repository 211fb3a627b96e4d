/** Exit codes of every command, in addition to those for the ends of imports (`endStatuses`). */
export const exitCodes = {
  complete: 0,
  error: 1,
  usage: 2,
  rowsFailed: 4,
  interrupted: 130,
} as const;
