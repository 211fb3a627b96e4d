/**
 * Maximum length of a run's history, in events: about 22 polls. A worker that does not hold a tracker, for example
 * after a restart, reads its whole history for the next poll, which takes longer the more polls it has (docs/scale.md).
 * An import of three minutes stays one run.
 */
export const maxEvents = 250;
