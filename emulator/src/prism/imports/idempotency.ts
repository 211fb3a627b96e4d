import { createHash } from 'node:crypto';
import type { Answer } from '../../http/answers';
import type { EmulatorSettings } from '../../settings';

/** How long a key replays its first answer, in milliseconds: 24 hours (API guide on idempotency). */
export const keyLifetimeMs = 86_400_000;

/** A key in use, as plain data. */
export interface KeyEntry<T> {
  fingerprint: string;
  claimedAt: number;
  /**
   * The answer for later requests. Null while the first one is in progress, and forever if a failure kept its claim.
   */
  completed: { value: T } | null;
}

/** The answer that an idempotency key replays. */
export interface Replayed {
  answer: Answer;
  jobId: string | null;
  rows: number | null;
}

/** The meaning of a key for a request: new, a replay, or a conflict. */
export type KeyState<T> = { state: 'free' } | { state: 'replay'; value: T } | { state: KeyConflict };

/** Why a key is refused; the API's code words carry the prefix `idempotency_key_`. */
export type KeyConflict = 'mismatch' | 'stale' | 'in_progress';

/** The idempotency keys in use, by scope and key. */
export class IdempotencyKeys<T> {
  private readonly entries = new Map<string, KeyEntry<T>>();
  private readonly waiting = new Map<string, (() => void)[]>();

  constructor(private readonly settings: Pick<EmulatorSettings, 'generation'>) {}

  /**
   * The meaning of a key for a request at a time (milliseconds). In the first generation a key is free again after its
   * day, later it never is.
   */
  lookUp(name: string, fingerprint: string, now: number): KeyState<T> {
    const known = this.entries.get(name);
    if (known === undefined) return { state: 'free' };
    if (now - known.claimedAt >= keyLifetimeMs) {
      return { state: this.settings.generation === 1 ? 'free' : 'stale' };
    }
    if (known.fingerprint !== fingerprint) return { state: 'mismatch' };
    if (known.completed === null) return { state: 'in_progress' };
    return { state: 'replay', value: known.completed.value };
  }

  /** Sets or removes the entry of a key, and wakes requests that wait for it. */
  put(name: string, entry: KeyEntry<T> | null): void {
    if (entry === null) this.entries.delete(name);
    else this.entries.set(name, entry);
    if (entry !== null && entry.completed === null) return;
    const waiting = this.waiting.get(name) ?? [];
    this.waiting.delete(name);
    for (const resolve of waiting) resolve();
  }

  /** Resolves when the request in progress with this key is done. */
  settled(name: string): Promise<void> {
    return new Promise((resolve) => this.waiting.set(name, [...(this.waiting.get(name) ?? []), resolve]));
  }

  /** Removes all keys. */
  clear(): void {
    for (const name of [...this.entries.keys()]) this.put(name, null);
  }
}

/**
 * Identifies equal requests: method, path and body. The body counts as a JSON value, regardless of spacing and member
 * order, or as bytes.
 */
export function fingerprintOf(method: string, path: string, body: { json: unknown } | Buffer): string {
  const text = Buffer.isBuffer(body) ? body : canonical(body.json);
  return createHash('sha256').update(`${method} ${path}\n`).update(text).digest('base64');
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? '';
  const members = value as Record<string, unknown>;
  const texts = Object.keys(members)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonical(members[name])}`);
  return `{${texts.join()}}`;
}
