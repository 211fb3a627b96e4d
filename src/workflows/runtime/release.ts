import { patched } from '@temporalio/workflow';

/**
 * Whether this run follows the rules of release 0.2. False if an older release, with other commands, started its
 * history. Call it once, at the start of a run, and keep the answer: a later call would give another.
 */
export const followsRelease02 = (): boolean => patched('release-0.2');
