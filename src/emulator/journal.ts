import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';

/** One request and what it did. Holds no API key, no query and no row contents. */
export interface JournalEntry {
  /** When it came in, by the emulator's clock; ISO 8601 UTC. */
  at: string;
  requestId: string;
  method: string;
  /** Without the query. */
  path: string;
  /** The status sent; null when no answer was sent. */
  status: number | null;
  idempotencyKey: string | null;
  /** The job launched, replayed or asked for. */
  jobId: string | null;
  /** Whether an earlier answer was replayed and nothing was done. */
  replayed: boolean;
  /** Rows of an import request that was carried out or replayed; else null. */
  rows: number | null;
}

/** The requests so far, in the order in which they were answered; kept in memory and, if asked for, appended to a file. */
export class Journal {
  readonly entries: JournalEntry[] = [];
  private failure: Error | null = null;

  private constructor(private readonly stream: WriteStream | null) {
    stream?.on('error', (error) => {
      this.failure = error;
    });
  }

  /** Opens the journal; rejects when the file cannot be opened for appending. */
  static async open(file?: string): Promise<Journal> {
    if (file === undefined) return new Journal(null);
    const stream = createWriteStream(file, { flags: 'a' });
    try {
      await once(stream, 'open');
    } catch (cause) {
      throw new Error(`The journal ${file} cannot be opened for appending: give another file`, { cause });
    }
    return new Journal(stream);
  }

  /** Adds an entry. */
  add(entry: JournalEntry): void {
    this.entries.push(entry);
    this.stream?.write(`${JSON.stringify(entry)}\n`);
  }

  /** Writes what is left and closes the file; rejects when the file is not complete. */
  async close(): Promise<void> {
    if (this.stream === null) return;
    if (this.failure === null) {
      await new Promise<void>((resolve) => {
        this.stream?.once('error', () => resolve());
        this.stream?.end(resolve);
      });
    }
    if (this.failure !== null) {
      const file = String(this.stream.path);
      throw new Error(`The journal ${file} could not be written in full`, { cause: this.failure });
    }
  }
}
