import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';

/** Fields of every journal entry. */
export interface Entry {
  /** When the request arrived, by the emulator's clock; ISO 8601 UTC. */
  at: string;
  path: string;
}

/** Conditions for entries; all given ones must hold. */
export interface Criteria {
  /** A text that the path contains. */
  path?: string | undefined;
  /** From this moment on, in milliseconds since 1970. */
  since?: number | undefined;
  /** Before this moment. */
  until?: number | undefined;
  [field: string]: unknown;
}

/** The requests so far, in the order of their answers. Kept in memory and optionally appended to a file. */
export class Journal<E extends Entry> {
  readonly entries: E[] = [];
  private stream: WriteStream | null = null;
  private failure: Error | null = null;

  /** Appends all further entries to a file. Rejects if it cannot be opened. */
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

  /** The entries that match. */
  find({ path, since, until, ...equal }: Criteria): E[] {
    const fields = Object.entries(equal).filter(([, value]) => value !== undefined);
    return this.entries.filter((entry) => {
      if (path !== undefined && !entry.path.includes(path)) return false;
      const at = Date.parse(entry.at);
      if (at < (since ?? -Infinity) || at >= (until ?? Infinity)) return false;
      return fields.every(([field, value]) => entry[field as keyof E] === value);
    });
  }

  /** Removes the entries, but not those in the file. */
  clear(): void {
    this.entries.length = 0;
  }

  /** Writes the remaining entries and closes the file. Rejects if the file is incomplete. */
  async close(): Promise<void> {
    const { stream } = this;
    if (stream === null) return;
    // A request that was in progress when the emulator stopped is not written.
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
