import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import { parsed } from './parsed';

/**
 * A clock of the caller's own, in milliseconds since 1970, such as `() => env.currentTimeMs()` of a time-skipping
 * Temporal server.
 */
export type ClockFunction = () => number | Promise<number>;

/** A time as callers write it. */
export type Time = string | number;

const latestMs = 8.64e15;
const timeForm = "a time in ISO 8601 such as '2026-11-23T09:00:00.000Z', or milliseconds since 1970";

/** A time; parses to milliseconds since 1970. */
export const timeSchema = z
  .union([z.number(), z.iso.datetime({ offset: true, error: timeForm })], { error: timeForm })
  .transform((value, context) => {
    const ms = typeof value === 'number' ? value : Date.parse(value);
    if (Math.abs(ms) <= latestMs) return ms;
    context.addIssue({ code: 'custom', message: timeForm });
    return z.NEVER;
  });

/** The header that carries a request's time if the clock is `header`; ISO 8601. */
const timeHeader = 'x-emulator-time';

const clockForm =
  "'real', 'manual', 'header', {start, rate} with a rate from 0, or a function that gives milliseconds";

/** Emulator seconds per real second: 1 is real time, 0 stands still until it is moved, 3600 is an hour per second. */
export const rateSchema = z
  .number({ error: 'a number from 0' })
  .min(0, { error: 'a number from 0' })
  .max(1e9, { error: 'at most 1,000,000,000' });

export const clockSchema = z.union(
  [
    z.enum(['real', 'manual', 'header']),
    z.strictObject({ start: timeSchema.optional(), rate: rateSchema.optional() }),
    z.custom<ClockFunction>((value) => typeof value === 'function'),
  ],
  { error: clockForm },
);

export type ClockSetting = z.output<typeof clockSchema>;

/** The state of a clock: it showed `atMs` at the real time `realMs`, and has run at `rate` since. */
export interface ClockState {
  realMs: number;
  atMs: number;
  rate: number;
}

/** The emulator's time. Everything in it that depends on time reads this clock, once per request. */
export class EmulatorClock {
  private readonly timeFunction: ClockFunction | null;
  private readonly isSetByHeader: boolean;
  private held: ClockState;

  constructor(setting: ClockSetting) {
    this.timeFunction = typeof setting === 'function' ? setting : null;
    this.isSetByHeader = setting === 'header';
    this.held = stateOf(setting);
  }

  /**
   * Milliseconds since 1970, for a request with these headers; a promise if the clock is an asynchronous function.
   * Throws if the header's time is invalid.
   */
  now(headers: IncomingHttpHeaders = {}): number | Promise<number> {
    const given = headers[timeHeader];
    if (this.isSetByHeader && given !== undefined) return parsed(timeSchema, given, timeHeader);
    return this.timeFunction === null ? this.shown() : this.timeFunction();
  }

  /** Whether it shows anything other than the machine's time or a function's. */
  get isSet(): boolean {
    return this.timeFunction === null && this.held !== real;
  }

  /** The state of the clock. Throws a `TypeError` if it is a function, which cannot be set. */
  get state(): ClockState {
    if (this.timeFunction !== null) {
      throw new TypeError('The clock is a function of the caller: move what it reads instead');
    }
    return this.held;
  }

  set state(state: ClockState) {
    if (this.timeFunction === null) this.held = state;
  }

  /**
   * The state of a clock that is moved by `ms`, set to `atMs`, or runs at another rate; leaves the clock itself
   * unchanged.
   */
  moved(change: { atMs?: number; byMs?: number; rate?: number }): ClockState {
    const { rate } = this.state;
    const atMs = (change.atMs ?? this.shown()) + (change.byMs ?? 0);
    return { realMs: Date.now(), atMs, rate: change.rate ?? rate };
  }

  private shown(): number {
    const { realMs, atMs, rate } = this.held;
    return Math.floor(atMs + (Date.now() - realMs) * rate);
  }
}

const real: ClockState = { realMs: 0, atMs: 0, rate: 1 };

function stateOf(setting: ClockSetting): ClockState {
  if (setting === 'real' || setting === 'header' || typeof setting === 'function') return real;
  const realMs = Date.now();
  if (setting === 'manual') return { realMs, atMs: realMs, rate: 0 };
  return { realMs, atMs: setting.start ?? realMs, rate: setting.rate ?? 1 };
}
