import { oneLine } from './neutral';

/**
 * Maximum length of current details, in characters after URL encoding. The Temporal UI renders Markdown with `GET
 * /render?content=…` (temporalio/ui, `preview.svelte`), and a proxy in front of it may reject a request line over 8 KiB
 * (nginx, `large_client_header_buffers`).
 */
export const maxDetailsLength = 7500;

/** Default maximum of foreign text that {@link code} shows, in characters after URL encoding. */
const maxForeignLength = 160;

/** Placeholders that the Temporal UI replaces in details before it renders them (temporalio/ui, `preview.svelte`). */
const templates = /\{(namespace|workflowId|runId)\}/g;

/**
 * Returns text from any source as one code span, in which nothing is markup, so that it is safe anywhere in our
 * Markdown. Characters that would end the span or a table cell are replaced by look-alikes. Text is truncated to `most`
 * characters, counted after URL encoding. Empty text is shown as `–`.
 */
export function code(text: string, most: number = maxForeignLength): string {
  const inert = oneLine(text).replaceAll('`', "'").replaceAll('|', '¦').replace(templates, '($1)');
  const shown = cutTo(inert, most, (character) => encodeURIComponent(character).length);
  return shown === '' ? '–' : `\`${shown}\``;
}

/** Maximum length of a command line in details, in characters after URL encoding: three fit. */
const maxCommandLength = 2400;

/**
 * Returns a command line as a code span, to be copied from our Markdown. Every foreign word in it is a `shellWord`, so
 * nothing needs replacing. A line that is too long is omitted, since truncating it would change its meaning.
 */
export function commandSpan(line: string): string {
  return code(line, Infinity) === `\`${line}\`` && encodeURIComponent(line).length <= maxCommandLength
    ? `\`${line}\``
    : '(the ids are too long for a line to copy)';
}

/** Returns the text, truncated with an ellipsis to stay within a total cost. Never splits a character. */
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

/** A space that Markdown keeps. */
const hardSpace = '\u00a0';

/**
 * Joins paragraphs into one text that ends with an empty line. The frame in which the Temporal UI 2.42 shows Markdown
 * is about one line too short, because its height does not include margins.
 */
export const page = (paragraphs: readonly string[]): string => [...paragraphs, hardSpace].join('\n\n');

/** A table of two columns, name and value. Every text is Markdown. */
export function factsTable(head: [string, string], facts: readonly [string, string][]): string {
  return table(head, facts);
}

/**
 * A table with a heading for each column. Every text is Markdown. Spaces separate the columns, since the Temporal UI
 * 2.42 gives cells no padding.
 */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(`${hardSpace} | `)} |`;
  return [line(head), `| ${head.map(() => ':---').join(' | ')} |`, ...rows.map(line)].join('\n');
}

/** Formats a time to the second, such as `2026-11-24 01:52:34 UTC`. An invalid time gives `–`. */
export function moment(time: number | string): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? '–' : `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** Formats a count with thousands separators: `10,251`. */
export const count = (amount: number): string => String(amount).replace(/\B(?=(\d{3})+$)/g, ',');

/** Formats a count with its noun in singular or plural: `1 row`, `2 rows`. */
export const counted = (amount: number, noun: string, plural = `${noun}s`): string =>
  `${count(amount)} ${amount === 1 ? noun : plural}`;

/** Draws a fraction from 0 to 1 as a bar of `cells` characters. */
export function bar(fraction: number, cells = 20): string {
  const filled = Math.round(fraction * cells);
  return '█'.repeat(filled) + '░'.repeat(cells - filled);
}

/** Formats a fraction from 0 to 1 in percent, rounded down, so that 100 % means all. */
export const percent = (fraction: number): string => `${Math.floor(fraction * 100)} %`;

/** Formats a rate in rows per second, to three significant digits. */
export const rowsPerSecondText = (rate: number): string =>
  `${rate < 100 ? String(Number(rate.toPrecision(3))) : count(Math.round(rate))} rows/s`;
