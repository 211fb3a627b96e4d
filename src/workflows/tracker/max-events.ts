/**
 * How long the history of a run may grow, in events: about 22 polls. A worker that does not hold a tracker, as after a
 * restart, reads all of it again for the next poll, and that takes the longer the more polls are in it (docs/scale.md).
 * An import of three minutes stays one run.
 */
export const maxEvents = 250;
