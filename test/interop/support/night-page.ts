/** An item of `docs/night.md`: an event of the night, and what came of it. */
export interface NightRow {
  /** What happens. */
  event: string;
  /** The alerts that it set off, each with how many scrapes later. */
  alerts: readonly { name: string; scrapes: number }[];
  /** What shows it. */
  shows: string;
  /** What the operator does. */
  fix: string;
  /** The requests to the API which that took. */
  requests: string;
}

/** What the run of a night writes into its page: a list of the events, and the state at the end. */
export function nightText(rows: readonly NightRow[], end: string): string {
  const items = rows.map(({ event, alerts, shows, fix, requests }) => {
    const fired = alerts.map(({ name, scrapes }) => `${name} (${scrapes})`).join(', ') || 'none';
    const facts = [`Alerts: ${fired}`, `Shown by: ${shows}`, `Fix: ${fix}`, `Requests: ${requests}`];
    return [wrapped(`- **${event}**`, '  '), ...facts.map((fact) => wrapped(`  - ${fact}`, '    '))];
  });
  return [...items.flat(), '', wrapped(end, '')].join('\n');
}

/** Prose in lines of at most 120 characters, each after the first with this indent. */
function wrapped(text: string, indent: string): string {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > 120) {
    const at = rest.lastIndexOf(' ', 120);
    lines.push(rest.slice(0, at));
    rest = `${indent}${rest.slice(at + 1)}`;
  }
  return [...lines, rest].join('\n');
}

const part = /(?<=\n\n)- \*\*[^]*(?=\n$)/;

/** That part of the page: from the list on. */
export const nightIn = (page: string): string => part.exec(page)?.[0] ?? '';

/** The page with that part written anew. */
export const withNight = (page: string, text: string): string => page.replace(part, () => text);

/** The part without what differs from run to run: after how many scrapes an alert fired, and line breaks. */
export const maskedNight = (text: string): string =>
  text.replaceAll(/ \(\d+\)/g, ' (n)').replaceAll(/\s+/g, ' ');
