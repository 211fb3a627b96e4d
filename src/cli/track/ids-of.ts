import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** The ids in a text, one per line, without empty lines and duplicates. */
export async function idsOf(input: Readable): Promise<string[]> {
  const ids = new Set<string>();
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    const id = line.trim();
    if (id !== '') ids.add(id);
  }
  return [...ids];
}
