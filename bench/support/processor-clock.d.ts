/**
 * Returns a clock of this process's main-thread CPU time, in milliseconds. Without Linux, it counts the whole process.
 */
export function processorClock(): () => number;
