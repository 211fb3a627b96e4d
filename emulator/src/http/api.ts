import type { Answer } from './answers';
import type { Rule } from '../rules/rule';
import type { ApiRequest, Route } from './request';

/** What a request led to. */
export interface Work {
  answer: Answer;
  /** Called once, with the status that was sent or null when none was. */
  settle: (status: number | null) => void;
}

/** How a request ended. */
export interface End {
  /** The status sent; null when no answer was sent. */
  status: number | null;
  /** The rule that acted on it. */
  rule: string | null;
}

/** An API without its transport: routes of kind `R`, work of kind `W`, journal entries of kind `E`. */
export interface Api<R extends Route, W extends Work, E> {
  /** The operation that a method and a path (without query) stand for; null when the API has none. */
  routeOf(method: string, path: string): R | null;
  /** Resolves once a request can be carried out; `undefined` when that is now. */
  ready(request: ApiRequest<R>): Promise<void> | undefined;
  /** Carries a request out, as the rule that acts on it says. What it returns must be settled. */
  handle(request: ApiRequest<R>, rule: Rule | undefined): W;
  /** Takes note that a rule made a request fail before anything was done for it. */
  fail(request: ApiRequest<R>): void;
  /** What the journal says of a request; without work when it never reached the API. */
  entryOf(request: ApiRequest<R>, work: W | undefined, end: End): E;
}
