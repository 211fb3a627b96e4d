import { patched } from '@temporalio/workflow';

/**
 * Whether this run follows the rules of release 0.2: not if its history was begun by an older one, which has other
 * commands. Asked once, at the start of a run; the answer is kept, since later it would be another.
 */
export const followsRelease02 = (): boolean => patched('release-0.2');
