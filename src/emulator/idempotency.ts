import { createHash } from 'node:crypto';

/** How long a key replays its first answer, in milliseconds: 24 hours (API guide on idempotency). Afterwards the key is refused for ever. */
export const keyLifetimeMs = 86_400_000;

/** A request that holds a key. Exactly one of the two methods is called, once its answer is known. */
export interface Claim<T> {
  /** Keeps what later requests with the key get. */
  complete(value: T): void;
  /** Gives the key back, as after a 5xx: the same request will be executed again. */
  free(): void;
}

/** What a key means for a request: the first with it, a repetition, or the reason to refuse it. */
export type KeyState<T> =
  { state: 'claimed'; claim: Claim<T> } | { state: 'replay'; value: T } | { state: KeyConflict };

/** Why a key is refused; the API's code words carry the prefix `idempotency_key_`. */
export type KeyConflict = 'mismatch' | 'stale' | 'in_progress';

interface Entry<T> {
  fingerprint: string;
  claimedAt: number;
  completed: { value: T } | null;
}

/** The idempotency keys of all teams. Keys of different teams never meet. */
export class IdempotencyKeys<T> {
  private readonly entries = new Map<string, Entry<T>>();

  /** Looks a key up at a time (milliseconds) and claims it when it is free. */
  claim(teamId: string, key: string, fingerprint: string, now: number): KeyState<T> {
    const name = JSON.stringify([teamId, key]);
    const known = this.entries.get(name);
    if (known === undefined) return { state: 'claimed', claim: this.enter(name, fingerprint, now) };
    if (now - known.claimedAt >= keyLifetimeMs) return { state: 'stale' };
    if (known.fingerprint !== fingerprint) return { state: 'mismatch' };
    if (known.completed === null) return { state: 'in_progress' };
    return { state: 'replay', value: known.completed.value };
  }

  private enter(name: string, fingerprint: string, now: number): Claim<T> {
    const entry: Entry<T> = { fingerprint, claimedAt: now, completed: null };
    this.entries.set(name, entry);
    return {
      complete: (value) => {
        entry.completed = { value };
      },
      free: () => {
        this.entries.delete(name);
      },
    };
  }
}

/** What makes two requests the same: method, path and the body's JSON value, whatever its spacing and order of members. A body that is not JSON is a text. */
export function fingerprintOf(method: string, path: string, body: unknown): string {
  return createHash('sha256').update(`${method} ${path}\n`).update(canonical(body)).digest('base64');
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
