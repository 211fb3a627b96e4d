/** A line of the runbook's table: an event of the night, and what came of it. */
export interface NightRow {
  /** What happens. */
  event: string;
  /** The alerts that it set off, each with how many scrapes later. */
  alerts: readonly { name: string; scrapes: number }[];
  /** What shows it. */
  shows: string;
  /** What is typed. */
  typed: string;
  /** The requests to the API which that took. */
  requests: string;
}

const headings = ['what happens', 'alert (scrapes until then)', 'what shows it', 'what is typed', 'requests'];

/** What the run of a night writes into the runbook: the table, and how things stood at its end. */
export function nightText(rows: readonly NightRow[], end: string): string {
  const cells = rows.map(({ event, alerts, shows, typed, requests }) => [
    event,
    alerts.map(({ name, scrapes }) => `${name} (${scrapes})`).join(', ') || 'none',
    ...[shows, typed, requests],
  ]);
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...cells.map((line) => line[column]?.length ?? 0)),
  );
  const line = (texts: readonly string[]) =>
    `| ${texts.map((text, column) => text.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [line(headings), rule, ...cells.map(line), '', wrapped(end)].join('\n');
}

/** Prose in lines of at most 120 characters. */
const wrapped = (text: string): string => text.replaceAll(/(?=.{121})(.{1,120}) /g, '$1\n');

const part = /(?<=\n\n)\| what happens [^]*?(?=\n\n## )/;

/** That part of the runbook. */
export const nightIn = (runbook: string): string => part.exec(runbook)?.[0] ?? '';

/** The runbook with that part written anew. */
export const withNight = (runbook: string, text: string): string => runbook.replace(part, () => text);

/** The part without what differs from run to run: after how many scrapes an alert fired, widths, and line breaks. */
export const maskedNight = (text: string): string =>
  text
    .replaceAll(/ \(\d+\)/g, ' (n)')
    .replaceAll(/-{3,}/g, '---')
    .replaceAll(/\s+/g, ' ');
