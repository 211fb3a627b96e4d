const shownLines = 3;

/** A group of rows: their number, and the lines of the first few. */
export interface RowCount {
  rows: number;
  lines: number[];
}

/** Counts one more row. */
export function countRow(count: RowCount, line: number): void {
  count.rows += 1;
  if (count.lines.length < shownLines) count.lines.push(line);
}

export const noRowsYet = (): RowCount => ({ rows: 0, lines: [] });

/**
 * Counts rows by a name, such as a value that they contain. Keeps a limited number of names, since a file may contain
 * anything.
 */
export class RowCounts {
  private readonly counts = new Map<string, RowCount>();
  /** Rows with names that came after the limit. */
  rest = 0;

  constructor(private readonly maxNames: number) {}

  add(name: string, line: number): void {
    const key = name.slice(0, maxNameLength);
    const known = this.counts.get(key);
    if (known !== undefined) return countRow(known, line);
    if (this.counts.size >= this.maxNames) {
      this.rest += 1;
      return;
    }
    this.counts.set(key, { rows: 1, lines: [line] });
  }

  get size(): number {
    return this.counts.size;
  }

  /** The most frequent names first. */
  most(count: number): (RowCount & { name: string })[] {
    const all = [...this.counts].map(([name, found]) => ({ name, ...found }));
    return all.sort((one, other) => other.rows - one.rows).slice(0, count);
  }
}

/** Maximum length of a name, in characters; longer ones are counted by their beginning. */
const maxNameLength = 200;
