import { oneLine } from './neutral';

/**
 * Most characters that current details may have once encoded for a URL. The Temporal UI renders Markdown by `GET
 * /render?content=…` (temporalio/ui, `preview.svelte`), and a proxy before it may refuse a request line of more than 8
 * KiB (nginx, `large_client_header_buffers`).
 */
export const maxDetailsLength = 7500;

/** Most characters of a foreign text that {@link code} shows when nothing else is said, encoded for a URL. */
const maxForeignLength = 160;

/** What the Temporal UI replaces in details before it renders them (temporalio/ui, `preview.svelte`). */
const templates = /\{(namespace|workflowId|runId)\}/g;

/**
 * A text of any origin, fit for any place in our Markdown: one code span, in which nothing is markup. What would end
 * the span or a table's cell is replaced by a look-alike. Cut off at `most` characters, counted as a URL encodes them.
 * An empty text is shown as `–`.
 */
export function code(text: string, most: number = maxForeignLength): string {
  const inert = oneLine(text).replaceAll('`', "'").replaceAll('|', '¦').replace(templates, '($1)');
  const shown = cutTo(inert, most, (character) => encodeURIComponent(character).length);
  return shown === '' ? '–' : `\`${shown}\``;
}

/** Most characters of a command line in details, encoded for a URL: three of them fit. */
const maxCommandLength = 2400;

/**
 * A command line to copy from our Markdown, as a code span. Every foreign word in it is a `shellWord`, so nothing in
 * the line has to be replaced. A line that is too long is left out: cut off, it would mean something else.
 */
export function commandSpan(line: string): string {
  return code(line, Infinity) === `\`${line}\`` && encodeURIComponent(line).length <= maxCommandLength
    ? `\`${line}\``
    : '(the ids are too long for a line to copy)';
}

/** The text, or as much of it as stays within a total cost, with an ellipsis. A character is never cut in half. */
export function cutTo(text: string, most: number, cost: (character: string) => number): string {
  let shown = '';
  let spent = 0;
  for (const character of text) {
    spent += cost(character);
    if (spent > most) return `${shown.trimEnd()}…`;
    shown += character;
  }
  return text;
}

/** A space that Markdown leaves alone. */
const hardSpace = '\u00a0';

/**
 * Paragraphs as one text, with an empty line at its end: the frame in which the Temporal UI 2.42 shows Markdown is too
 * short by about a line, since its height leaves out the margins.
 */
export const page = (paragraphs: readonly string[]): string => [...paragraphs, hardSpace].join('\n\n');

/** A table of two columns, the first of which names what the second says. Every text is Markdown. */
export function factsTable(head: [string, string], facts: readonly [string, string][]): string {
  return table(head, facts);
}

/**
 * A table with a heading for each column. Every text is Markdown. Columns are kept apart, since the Temporal UI 2.42
 * gives cells no padding.
 */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(`${hardSpace} | `)} |`;
  return [line(head), `| ${head.map(() => ':---').join(' | ')} |`, ...rows.map(line)].join('\n');
}

/** A moment to the second, such as `2026-11-24 01:52:34 UTC`; `–` when it is none. */
export function moment(time: number | string): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? '–' : `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** A count with its thousands set apart: `10,251`. */
export const count = (amount: number): string => String(amount).replace(/\B(?=(\d{3})+$)/g, ',');

/** A count with the right form of its noun: `1 row`, `2 rows`. */
export const counted = (amount: number, noun: string, plural = `${noun}s`): string =>
  `${count(amount)} ${amount === 1 ? noun : plural}`;

/** A share from 0 to 1 as a bar of so many characters. */
export function bar(fraction: number, cells = 20): string {
  const filled = Math.round(fraction * cells);
  return '█'.repeat(filled) + '░'.repeat(cells - filled);
}

/** A share from 0 to 1 in percent, rounded down: 100 % means all. */
export const percent = (fraction: number): string => `${Math.floor(fraction * 100)} %`;

/** Rows per second, with three digits that count. */
export const rowsPerSecondText = (rate: number): string =>
  `${rate < 100 ? String(Number(rate.toPrecision(3))) : count(Math.round(rate))} rows/s`;
