import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';

/** What every entry of a journal has. */
export interface Entry {
  /** When the request came in, by the emulator's clock; ISO 8601 UTC. */
  at: string;
  path: string;
}

/** Which entries are asked for: those that have all that is given. */
export interface Criteria {
  /** A text that the path contains. */
  path?: string | undefined;
  /** From this moment on, in milliseconds since 1970. */
  since?: number | undefined;
  /** Before this moment. */
  until?: number | undefined;
  [field: string]: unknown;
}

/**
 * The requests so far, in the order in which they were answered; kept in memory and, if asked for, appended to a file.
 */
export class Journal<E extends Entry> {
  readonly entries: E[] = [];
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
  add(entry: E): void {
    this.entries.push(entry);
    this.stream?.write(`${JSON.stringify(entry)}\n`);
  }

  /** The entries that fit. */
  find({ path, since, until, ...equal }: Criteria): E[] {
    const fields = Object.entries(equal).filter(([, value]) => value !== undefined);
    return this.entries.filter((entry) => {
      if (path !== undefined && !entry.path.includes(path)) return false;
      const at = Date.parse(entry.at);
      if (at < (since ?? -Infinity) || at >= (until ?? Infinity)) return false;
      return fields.every(([field, value]) => entry[field as keyof E] === value);
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
