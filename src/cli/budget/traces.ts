import { z } from 'zod';

const point = z.tuple([z.number().nonnegative(), z.number().nonnegative()]);

/**
 * How one job ran: its duration in milliseconds, its number of rows, and points [milliseconds since submission, rows
 * processed] of its counter. An empty `progress` means that the API reports none.
 */
const traceSchema = z.object({
  durationMs: z.number().positive(),
  total: z.number().nonnegative().nullish(),
  progress: z.array(point),
});

export type Trace = z.infer<typeof traceSchema>;

/** Parses traces, one JSON object per line. Throws an error that names the first bad line. */
export function parseTraces(text: string): Trace[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    try {
      const trace = traceSchema.parse(JSON.parse(line));
      return [{ ...trace, progress: trace.progress.sort(([one], [other]) => one - other) }];
    } catch (error) {
      throw new Error(`Line ${index + 1} is not a trace: ${String(error)}`, { cause: error });
    }
  });
}

/**
 * The rows that the API reports at a moment, as a whole number. The count rises linearly between the points, from 0 at
 * submission, and stays constant after the last. Null if the job reports no progress.
 */
export function processedAt({ progress }: Trace, atMs: number): number | null {
  if (progress.length === 0) return null;
  let low = 0;
  let high = progress.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((progress[middle]?.[0] ?? Infinity) <= atMs) low = middle + 1;
    else high = middle;
  }
  const [fromMs, from] = progress[low - 1] ?? [0, 0];
  const [toMs, to] = progress[low] ?? [Infinity, from];
  // Exactly on a point, rounding must not lose the last row.
  return Math.floor(from + ((to - from) * (atMs - fromMs)) / (toMs - fromMs) + 1e-9);
}
