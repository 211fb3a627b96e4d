import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { z } from 'zod';
import type { ObjectType } from './prism/contract';
import { timeSchema } from './clock';
import { operations, type Operation } from './prism/routes';
import type { Did } from './prism/work';
import { parsed } from './parsed';

/** One request and what it did. Holds no API key, no query and no row contents. */
export interface JournalEntry {
  /** When it came in, by the emulator's clock; ISO 8601 UTC. */
  at: string;
  requestId: string;
  method: string;
  /** Without the query. */
  path: string;
  /** Null when the API has no such operation. */
  operation: Operation | null;
  teamId: string | null;
  kind: ObjectType | null;
  /** The status sent; null when no answer was sent. */
  status: number | null;
  did: Did;
  idempotencyKey: string | null;
  /** The job launched, replayed or asked for. */
  jobId: string | null;
  /** Rows of an import request that was carried out or replayed; else null. */
  rows: number | null;
  /** The rule that acted on it. */
  rule: string | null;
  /** Which retry of the official SDKs it is, from 0; null when the client does not say. */
  retry: number | null;
}

const wanted = z.string({ error: 'a text' });
const filterSchema = z.strictObject({
  method: wanted.optional(),
  operation: z.enum(operations, { error: `one of ${operations.join(', ')}` }).optional(),
  teamId: wanted.optional(),
  kind: wanted.optional(),
  status: z.coerce.number({ error: 'an HTTP status' }).optional(),
  did: wanted.optional(),
  jobId: wanted.optional(),
  idempotencyKey: wanted.optional(),
  rule: wanted.optional(),
  /** A text that the path contains. */
  path: wanted.optional(),
  /** From this moment on. */
  since: timeSchema.optional(),
  /** Before this moment. */
  until: timeSchema.optional(),
});

/** Which entries are asked for: those that have all that is given. */
export type JournalFilter = z.input<typeof filterSchema>;

/** The requests so far, in the order in which they were answered; kept in memory and, if asked for, appended to a file. */
export class Journal {
  readonly entries: JournalEntry[] = [];
  private stream: WriteStream | null = null;
  private failure: Error | null = null;

  /** Has what is added from now on appended to a file; rejects when it cannot be opened. */
  async openFile(file: string | undefined): Promise<void> {
    if (file === undefined) return;
    const stream = createWriteStream(file, { flags: 'a' });
    try {
      await once(stream, 'open');
    } catch (cause) {
      throw new Error(`The journal ${file} cannot be opened for appending: give another file`, { cause });
    }
    stream.on('error', (error) => {
      this.failure = error;
    });
    this.stream = stream;
  }

  /** Adds an entry. */
  add(entry: JournalEntry): void {
    this.entries.push(entry);
    this.stream?.write(`${JSON.stringify(entry)}\n`);
  }

  /** The entries that a filter lets through. Throws a `TypeError` for a filter that cannot be used. */
  find(filter: JournalFilter): JournalEntry[] {
    const { path, since, until, ...equal } = parsed(filterSchema, filter, 'The journal cannot be asked so');
    const fields = Object.entries(equal).filter(([, value]) => value !== undefined);
    return this.entries.filter((entry) => {
      if (path !== undefined && !entry.path.includes(path)) return false;
      const at = Date.parse(entry.at);
      if (at < (since ?? -Infinity) || at >= (until ?? Infinity)) return false;
      return fields.every(([field, value]) => entry[field as keyof JournalEntry] === value);
    });
  }

  /** Forgets the entries; what is in the file stays there. */
  clear(): void {
    this.entries.length = 0;
  }

  /** Writes what is left and closes the file; rejects when the file is not complete. */
  async close(): Promise<void> {
    const { stream } = this;
    if (stream === null) return;
    // A request that was at work when the emulator stopped is not written any more.
    this.stream = null;
    if (this.failure === null) {
      await new Promise<void>((resolve) => {
        stream.once('error', () => resolve());
        stream.end(resolve);
      });
    }
    if (this.failure !== null) {
      const file = String(stream.path);
      throw new Error(`The journal ${file} could not be written in full`, { cause: this.failure });
    }
  }
}
