import type { CountedRow } from './row';

const head = ['Policy', 'Polls', 'p95', 'Delay', 'p95', 'of the duration', 'p95', 'most', 'jobs beyond'];

/** The rows as text, one table per family. */
export function table(rows: CountedRow[]): string {
  const lines = rows.map((row) => [
    row.policy,
    row.meanPolls.toFixed(1),
    row.p95Polls.toFixed(0),
    seconds(row.meanDelayMs),
    seconds(row.p95DelayMs),
    ...[row.meanRelativeDelay, row.p95RelativeDelay, row.maxRelativeDelay].map(percent),
    String(row.beyond),
  ]);
  const widths = head.map((title, column) =>
    Math.max(title.length, ...lines.map((line) => line[column]?.length ?? 0)),
  );
  const format = (line: string[]) =>
    line
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return column === 0 ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ');
  const families = [...new Set(rows.map(({ family }) => family))];
  return families
    .map((family) => {
      const own = lines.filter((_, index) => rows[index]?.family === family);
      return `${family}\n${[head, ...own].map(format).join('\n')}\n\n`;
    })
    .join('');
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
