import { parseDuration } from '../duration';
import type { ChangeLog } from '../change-log';
import type { ApiRequest } from '../http/request';
import { parsed } from '../parsed';
import { createRandom } from '../random';
import type { EmulatorSettings } from '../settings';
import { refusedPositions, type RefuseRows } from './refuse-rows';
import { ruleSchema, type Rule, type RuleInput } from './rule';

/** An active rule. */
export interface ActiveRule {
  readonly id: string;
  readonly rule: Rule;
  /** As it was given. */
  readonly given: RuleInput;
  /** Requests that matched its method, path, operation, team and time. */
  met: number;
  /** Requests that it acted on. */
  acted: number;
}

/** A change of the rules, as plain data. */
export type RuleChange =
  | { type: 'rule'; id: string; addedAt: number | null; rule: RuleInput }
  | { type: 'rule-met'; id: string; met: number; acted: number }
  | { type: 'rule-removed'; id: string };

interface Entry extends ActiveRule {
  pattern: RegExp | null;
  fromMs: number;
  untilMs: number;
}

/** The rules of an emulator, oldest first. */
export class Rules {
  private readonly entries = new Map<string, Entry>();
  private count = 0;

  constructor(
    private readonly settings: Pick<EmulatorSettings, 'seed'>,
    private readonly changes: Pick<ChangeLog<RuleChange>, 'add'>,
  ) {}

  /** Every rule, including used-up ones. */
  all(): ActiveRule[] {
    return [...this.entries.values()];
  }

  /**
   * Adds a rule at a time. Null means unknown, which rules out durations in `from` and `until`. Throws a `TypeError`
   * for invalid input.
   */
  add(given: RuleInput, now: number | null, id?: string): ActiveRule {
    const rule = parsed(ruleSchema, given, 'The rule cannot be used');
    if (id === undefined) this.count += 1;
    const entry: Entry = {
      id: id ?? `rule-${this.count}`,
      rule,
      given,
      met: 0,
      acted: 0,
      pattern: rule.path === undefined ? null : new RegExp(rule.path),
      fromMs: momentOf(rule.from ?? -Infinity, now),
      untilMs: momentOf(rule.until ?? Infinity, now),
    };
    this.entries.set(entry.id, entry);
    return entry;
  }

  /** Adds a rule, and saves it if it is plain data. */
  addAndKeep(given: RuleInput, now: number | null): ActiveRule {
    const entry = this.add(given, now);
    const path = plainPath(given.path);
    if (path !== null && typeof given.respond !== 'function') {
      const rule = path === undefined ? given : { ...given, path };
      this.changes.add({ type: 'rule', id: entry.id, addedAt: now, rule });
    }
    return entry;
  }

  /** Adds a rule of an earlier run. */
  restore(id: string, rule: RuleInput, addedAt: number | null): void {
    this.count = Math.max(this.count, Number(/^rule-(\d+)$/.exec(id)?.[1] ?? 0));
    this.add(rule, addedAt, id);
  }

  /** Restores the counts of a rule from an earlier run; ignores rules that no longer exist. */
  restoreCounts(id: string, met: number, acted: number): void {
    const entry = this.entries.get(id);
    if (entry !== undefined) [entry.met, entry.acted] = [met, acted];
  }

  /** Removes a rule; returns false if there is none. */
  remove(id: string): boolean {
    this.changes.add({ type: 'rule-removed', id });
    return this.forget(id);
  }

  /** Removes a rule without recording it. */
  forget(id: string): boolean {
    return this.entries.delete(id);
  }

  /** Removes added rules; those of the settings start anew. */
  clear(): void {
    for (const entry of this.entries.values()) {
      if (entry.id.startsWith('settings-')) [entry.met, entry.acted] = [0, 0];
      else this.entries.delete(entry.id);
    }
    this.count = 0;
  }

  /** The rule that acts on a request, if any does. */
  decide(request: ApiRequest): ActiveRule | undefined {
    for (const entry of this.entries.values()) {
      const { rule } = entry;
      if (entry.acted >= (rule.times ?? Infinity) || !fits(entry, request)) continue;
      entry.met += 1;
      const acts = isDue(rule, entry.met) && this.draws(entry);
      if (acts) entry.acted += 1;
      this.changes.add({ type: 'rule-met', id: entry.id, met: entry.met, acted: entry.acted });
      if (acts) return entry;
    }
    return undefined;
  }

  private draws({ id, rule, met }: Entry): boolean {
    if (rule.probability === undefined) return true;
    return createRandom(this.settings.seed, 'rule', id, met).fraction() < rule.probability;
  }
}

function fits({ rule, pattern, fromMs, untilMs }: Entry, request: ApiRequest): boolean {
  const { method, operation, teamId } = rule;
  if (method !== undefined && method.toUpperCase() !== request.method) return false;
  if (pattern !== null && request.path.search(pattern) === -1) return false;
  if (request.now < fromMs || request.now >= untilMs) return false;
  if (operation !== undefined && request.route?.operation !== operation) return false;
  if (teamId !== undefined && request.route?.teamId !== teamId) return false;
  return rule.refuse === undefined || holdsRefusedRow(rule.refuse, request);
}

function holdsRefusedRow(refuse: RefuseRows, request: ApiRequest): boolean {
  if (request.route?.operation !== 'import') return false;
  const body = request.json();
  return body.valid && refusedPositions(refuse, body.value).length > 0;
}

function isDue({ nth }: Rule, met: number): boolean {
  return nth === undefined || (typeof nth === 'number' ? nth === met : nth.includes(met));
}

function momentOf(moment: string | number, now: number | null): number {
  if (typeof moment === 'number') return moment;
  if (now !== null) return now + (parseDuration(moment) ?? 0);
  throw new TypeError('from and until: expected times, not durations, since the clock is asynchronous');
}

/** A path as JSON can express it; null for a regular expression with flags. */
function plainPath(path: RegExp | string | undefined): string | undefined | null {
  if (!(path instanceof RegExp)) return path;
  return path.flags === '' ? path.source : null;
}
