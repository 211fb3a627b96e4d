import { z } from 'zod';

const point = z.tuple([z.number().nonnegative(), z.number().nonnegative()]);

/**
 * How one job ran: how long in milliseconds, how many rows, and the points [milliseconds since submission, rows
 * processed] that its counter passed; an empty `progress` means that the API reports none.
 */
const traceSchema = z.object({
  durationMs: z.number().positive(),
  total: z.number().nonnegative().nullish(),
  progress: z.array(point),
});

export type Trace = z.infer<typeof traceSchema>;

/** The traces of a file with one JSON object a line. Throws an error that names the line that is not one. */
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
 * The rows that the API reports at a moment, in whole rows: on straight lines between the points, from nothing at
 * submission to the first, and unchanged after the last. Null when the job reports no progress.
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
  // On a point that is reached exactly, rounding must not take away its last row.
  return Math.floor(from + ((to - from) * (atMs - fromMs)) / (toMs - fromMs) + 1e-9);
}
