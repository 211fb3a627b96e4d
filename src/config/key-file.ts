import { readBounded, unreadable } from './read-bounded';
import { apiKeyForm, apiKeyPattern } from './secret-text';

/** Largest file that is read as a key, in bytes. */
const maxKeyBytes = 8 * 1024;
/** A changed file counts once its content has been stable for this long: a half-written key is no key. */
const settleMs = 1000;
/** How many former keys are still masked in output. */
const keptKeys = 16;

/** Options for reading the key. */
export interface KeyRequest {
  /** The key that the API has just refused; a changed file then counts at once. */
  refused?: string | undefined;
  /** Receives warnings, which contain nothing of the file; default: they are dropped. */
  warn?: ((message: string) => void) | undefined;
}

/**
 * The API key in a file, read again for every request, so that it can change while imports run: by writing the file,
 * renaming another over it, or switching a symbolic link as Kubernetes does. While the file is missing, empty or
 * malformed, the last good key stays in use.
 */
export class KeyFile {
  /** All keys seen, newest last. */
  private readonly seen: string[] = [];
  private current: string;
  private candidate: { key: string; sinceMs: number } | null = null;
  private problem: string | null = null;

  private constructor(
    private readonly path: string,
    first: string,
    private readonly now: () => number,
  ) {
    this.current = first;
    this.remember(first);
  }

  /** Opens the file, or returns why it contains no key, without its content. */
  static open(path: string, now: () => number = () => performance.now()): KeyFile | string {
    const found = readKey(path);
    return 'key' in found ? new KeyFile(path, found.key, now) : found.problem;
  }

  /** The key to send. */
  key({ refused, warn }: KeyRequest = {}): string {
    const found = readKey(this.path);
    if ('problem' in found) {
      this.candidate = null;
      if (this.problem !== found.problem) {
        warn?.(
          `MICRO_API_KEY_FILE: ${JSON.stringify(this.path)}: ${found.problem}. The last key stays in use.`,
        );
      }
      this.problem = found.problem;
      return this.current;
    }
    this.problem = null;
    this.consider(found.key, refused === this.current);
    return this.current;
  }

  /** The key in use, former keys, and one that is about to be used. */
  secrets(): string[] {
    return [...this.seen];
  }

  private consider(key: string, atOnce: boolean): void {
    if (key === this.current) {
      this.candidate = null;
      return;
    }
    this.remember(key);
    if (this.candidate?.key !== key) this.candidate = { key, sinceMs: this.now() };
    if (!atOnce && this.now() - this.candidate.sinceMs < settleMs) return;
    this.current = key;
    this.candidate = null;
  }

  private remember(key: string): void {
    if (this.seen.includes(key)) return;
    this.seen.push(key);
    // Keeps the key in use, however often the file changes.
    if (this.seen.length > keptKeys) this.seen.splice(this.seen[0] === this.current ? 1 : 0, 1);
  }
}

function readKey(path: string): { key: string } | { problem: string } {
  let text: string | null;
  try {
    text = readBounded(path, maxKeyBytes, 'latin1');
  } catch (error) {
    return { problem: unreadable(error) };
  }
  if (text === null) return { problem: `it is not a file of at most ${maxKeyBytes} bytes` };
  const key = text.replace(/[\r\n]+$/, '');
  if (key === '') return { problem: 'it is empty' };
  return apiKeyPattern.test(key) ? { key } : { problem: `it does not hold ${apiKeyForm}` };
}
