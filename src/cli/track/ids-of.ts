import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** The ids of a text, one a line; empty lines and those that came before are left out. */
export async function idsOf(input: Readable): Promise<string[]> {
  const ids = new Set<string>();
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    const id = line.trim();
    if (id !== '') ids.add(id);
  }
  return [...ids];
}
