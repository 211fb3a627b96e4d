/**
 * Makes a clock of the milliseconds that the main thread of this process has used the processor for: Linux tells it,
 * elsewhere it is the whole process.
 */
export function processorClock(): () => number;
