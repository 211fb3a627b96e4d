import type { IncomingHttpHeaders } from 'node:http';
import { bodyOf, type Answer } from './answers';
import type { ApiRequest } from './request';

/** An answer as a rule gives it. A text is sent as it is, anything else as JSON; without a body the answer has none. The content type is JSON unless `headers` say otherwise. */
export interface RuleAnswer {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}

/** How a connection is spoilt: reset without doing the work, reset after it, or left without an answer, the work not done. */
export type Disturbance = 'reset-before' | 'reset-after' | 'hang';

/** A request as a rule sees it; it holds no API key. */
export interface RuleRequest {
  method: string;
  path: string;
  query: string;
  headers: IncomingHttpHeaders;
  /** The parsed body; undefined when there is none or it is not JSON. */
  body: unknown;
  /** How many requests this rule has met, this one included. */
  nth: number;
  /** Does the work and gives the ordinary answer; a second call gives the same one. */
  proceed: () => RuleAnswer;
}

/** What a rule does: a fixed answer, a disturbance, or a function that decides; `undefined` from it means the ordinary answer. */
export type RuleOutcome = RuleAnswer | Disturbance;
export type RuleResponse =
  RuleOutcome | ((request: RuleRequest) => RuleOutcome | undefined | Promise<RuleOutcome | undefined>);

/** Replaces answers. Every condition that is given must hold; the oldest rule that applies decides. */
export interface Rule {
  /** Such as 'POST'. */
  method?: string;
  /** Tried on the path as sent, without the query. */
  path?: RegExp;
  /** How many requests it decides before it is used up; default: all. */
  times?: number;
  respond: RuleResponse;
}

interface ActiveRule {
  rule: Rule;
  met: number;
}

/** The rules in force, in order of age. */
export class Rules {
  private active: ActiveRule[] = [];

  /** Adds a rule; calling what it returns takes the rule back. */
  add(rule: Rule): () => void {
    const entry: ActiveRule = { rule, met: 0 };
    this.active.push(entry);
    return () => this.remove(entry);
  }

  /** What the rules make of a request; undefined for the ordinary answer. `proceed` does the work. */
  async decide(request: ApiRequest, proceed: () => Answer): Promise<RuleOutcome | undefined> {
    const entry = this.active.find(({ rule }) => applies(rule, request));
    if (entry === undefined) return undefined;
    entry.met += 1;
    const { rule, met } = entry;
    if (met >= (rule.times ?? Infinity)) this.remove(entry);
    return typeof rule.respond === 'function'
      ? rule.respond(ruleRequest(request, met, proceed))
      : rule.respond;
  }

  private remove(entry: ActiveRule): void {
    this.active = this.active.filter((other) => other !== entry);
  }
}

function applies({ method, path }: Rule, request: ApiRequest): boolean {
  if (method !== undefined && method.toUpperCase() !== request.method) return false;
  return path === undefined || request.path.search(path) !== -1;
}

function ruleRequest(request: ApiRequest, nth: number, proceed: () => Answer): RuleRequest {
  const headers = { ...request.headers };
  delete headers['x-api-key'];
  const { method, path, query } = request;
  const body = request.json();
  return {
    method,
    path,
    query,
    headers,
    body: body.valid ? body.value : undefined,
    nth,
    proceed: () => {
      const answer = proceed();
      return { status: answer.status, headers: { ...answer.headers }, body: bodyOf(answer, request.id) };
    },
  };
}
