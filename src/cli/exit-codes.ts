/** Exit codes of every command, besides those of an import's end (`endStatuses`). */
export const exitCodes = {
  complete: 0,
  error: 1,
  usage: 2,
  rowsFailed: 4,
  interrupted: 130,
} as const;
