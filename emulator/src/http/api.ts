import type { Answer } from './answers';
import type { Rule } from '../rules/rule';
import type { ApiRequest, Route } from './request';

/** The result of a request. */
export interface Work {
  answer: Answer;
  /** Called once, with the status that was sent, or null if none was. */
  settle: (status: number | null) => void;
}

/** How a request ended. */
export interface End {
  /** The status sent, or null. */
  status: number | null;
  /** The rule that acted on it. */
  rule: string | null;
}

/** An API without its transport: routes of type `R`, work of type `W`, journal entries of type `E`. */
export interface Api<R extends Route, W extends Work, E> {
  /** The operation for a method and a path (without query); null if the API has none. */
  routeOf(method: string, path: string): R | null;
  /** Resolves once a request can be handled; `undefined` if that is now. */
  ready(request: ApiRequest<R>): Promise<void> | undefined;
  /** Handles a request, as the rule that acts on it says. The caller must settle the result. */
  handle(request: ApiRequest<R>, rule: Rule | undefined): W;
  /** Records that a rule made a request fail before it was handled. */
  fail(request: ApiRequest<R>): void;
  /** The journal entry of a request; without work if it never reached the API. */
  entryOf(request: ApiRequest<R>, work: W | undefined, end: End): E;
}
