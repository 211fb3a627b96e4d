import type { ServerProcess } from './emulator-process';
import { ask, batchBody, batchRows, countPath, importPath } from './emulator-requests';

/** The memory of an emulator's process that holds this many rows; resident, in bytes. */
export interface Memory {
  rows: number;
  /** Before the first row: the program itself. */
  emptyRssBytes: number;
  rssBytes: number;
  peakRssBytes: number;
  seconds: number;
}

const progressEveryMs = 2000;

/** Fills an emulator batch by batch. Throws if it does not count every row afterwards. */
export async function fill(
  { url, usage }: ServerProcess,
  rows: number,
  progress: (text: string) => void,
): Promise<Memory> {
  const empty = await usage();
  const beganAt = performance.now();
  let reportedAt = -Infinity;
  for (let done = 0; done < rows; done += batchRows) {
    if (performance.now() - reportedAt >= progressEveryMs) {
      progress(`${done.toLocaleString('en-US')} of ${rows.toLocaleString('en-US')} rows`);
      reportedAt = performance.now();
    }
    await ask(url + importPath, batchBody(done / batchRows, Math.min(batchRows, rows - done)));
  }
  const seconds = (performance.now() - beganAt) / 1000;
  const { total } = JSON.parse(await ask(url + countPath)) as { total: number };
  if (total !== rows) throw new Error(`The emulator counts ${total} records after ${rows} rows`);
  const { rssBytes, peakRssBytes } = await usage();
  return { rows, emptyRssBytes: empty.rssBytes, rssBytes, peakRssBytes, seconds };
}
