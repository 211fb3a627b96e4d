import { createRandom, shuffled } from '../random';
import type { Alteration, RuleAnswer } from './rule';

/**
 * Alters an answer as a rule says. If its body is not an object, only its text can change. `name` seeds random choices.
 */
export function altered(answer: RuleAnswer, alteration: Alteration, name: string): RuleAnswer {
  const { status = answer.status, headers, truncate } = alteration;
  const body = isObject(answer.body) ? alteredBody(answer.body, alteration, name) : answer.body;
  const text = () => (typeof body === 'string' ? body : (JSON.stringify(body) ?? ''));
  return {
    ...answer,
    status,
    headers: { ...answer.headers, ...headers },
    body: truncate === undefined ? body : text().slice(0, Math.floor(text().length * truncate)),
  };
}

function alteredBody(body: Record<string, unknown>, alteration: Alteration, name: string) {
  const { fields, omit = [], results, padBytes } = alteration;
  const all = { ...body, ...fields };
  if (results !== undefined && Array.isArray(all['results'])) {
    all['results'] = rearranged[results](all['results'], name);
  }
  const kept = Object.entries(all).filter(([member]) => !omit.includes(member));
  return { ...Object.fromEntries(kept), ...(padBytes !== undefined && { padding: 'x'.repeat(padBytes) }) };
}

const rearranged = {
  duplicated: (results: unknown[]) => [...results, ...results],
  reversed: (results: unknown[]) => results.toReversed(),
  shuffled: (results: unknown[], name: string) => shuffled(results, createRandom(name)),
  gaps: (results: unknown[]) => results.filter((_, index) => index % 2 === 0),
};

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
