import { printLine } from '../terminal/output';

/** Prints one fact of a page. */
export const printFact = (name: string, text: string): void => printLine(`${name.padEnd(10)} ${text}`);
