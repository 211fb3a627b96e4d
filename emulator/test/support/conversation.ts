import { isDeepStrictEqual } from 'node:util';
import type { EmulatorSettings } from '../../src/settings';
import type { Exchange } from './exchange';

interface Given {
  status: number;
  body: Record<string, unknown>;
}

/** What a client has sent to one emulator and got from it: by this it can be seen whether an answer is a repetition. */
export class Conversation {
  private readonly sentKeys = new Set<string>();
  private readonly given = new Map<string, Given[]>();
  private readonly newThings = new Set<string>();
  private readonly requestIds = new Set<string>();

  constructor(private readonly settings: Pick<EmulatorSettings, 'stateFile'>) {}

  /** Whether a request with this one's Idempotency-Key was sent to its path before; takes note of it. */
  send(request: Pick<Exchange, 'method' | 'path' | 'requestHeaders'>): boolean {
    const name = keyOf(request);
    if (name === null) return false;
    const known = this.sentKeys.has(name);
    this.sentKeys.add(name);
    return known;
  }

  /**
   * What is wrong with an answer as a part of the conversation. `isRepeated` is what {@link send} said of its request.
   */
  problems(exchange: Exchange, isRepeated: boolean): string[] {
    const { status, headers, text } = exchange;
    const given = { status, body: withoutRequestId(text) };
    const id = headers.get('x-request-id') ?? '';
    const problems = this.requestIds.has(id) ? [`x-request-id ${id} was given before`] : [];
    this.requestIds.add(id);
    const marker = headers.get('idempotent-replay');
    const found =
      marker === null ? this.firstAnswer(exchange, given) : this.replay(exchange, given, isRepeated);
    return [...problems, ...found];
  }

  private firstAnswer(exchange: Exchange, given: Given): string[] {
    const { job_id, results } = given.body;
    const isImport = exchange.method === 'POST' && 'job_id' in given.body;
    const made = isImport ? [job_id ?? [], createdIds(results)].flat().map(String) : [];
    const again = made.filter((id) => this.newThings.has(id));
    for (const id of made) this.newThings.add(id);
    const name = keyOf(exchange);
    if (name !== null && !isTurnedAway(given)) this.given.set(name, [...(this.given.get(name) ?? []), given]);
    return again.length === 0 ? [] : ['idempotent-replay is missing where an answer is given again'];
  }

  private replay(exchange: Exchange, given: Given, isRepeated: boolean): string[] {
    const name = keyOf(exchange);
    if (exchange.headers.get('idempotent-replay') !== 'true') return ['idempotent-replay is not true'];
    if (name === null) return ['idempotent-replay on a request without Idempotency-Key'];
    if (given.status >= 500) return ['idempotent-replay of a failure'];
    // The first request may have been sent to an earlier emulator on the same state.
    if (!isRepeated && this.settings.stateFile === undefined) {
      return ['idempotent-replay on the first request with its key'];
    }
    const earlier = this.given.get(name) ?? [];
    return earlier.length === 0 || earlier.some((answer) => isDeepStrictEqual(answer, given))
      ? []
      : ['idempotent-replay on an answer that was not given before'];
  }
}

function keyOf({ method, path, requestHeaders }: Pick<Exchange, 'method' | 'path' | 'requestHeaders'>) {
  const key = requestHeaders['idempotency-key'];
  return method === 'POST' && key !== undefined ? JSON.stringify([path, key]) : null;
}

/** Whether the key itself was the reason for a refusal, which is never replayed. */
const isTurnedAway = ({ status }: Given): boolean => status === 409 || status === 425 || status >= 500;

function createdIds(results: unknown): unknown[] {
  return ((results ?? []) as { id?: unknown; created?: unknown }[]).flatMap(({ id, created }) =>
    created === true ? [id] : [],
  );
}

function withoutRequestId(text: string): Record<string, unknown> {
  const body = JSON.parse(text || '{}') as Record<string, unknown>;
  const { error } = body;
  if (typeof error !== 'object' || error === null) return body;
  return { ...body, error: { ...error, request_id: undefined } };
}
