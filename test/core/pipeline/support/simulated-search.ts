import type { BatchInFlight } from '../../../../src/core/pipeline/carried-state';
import { newPart, partOf, positionsLeft, toTodo, withoutSettled } from '../../../../src/core/pipeline/parts';
import { newBatchInFlight } from '../../../../src/core/pipeline/progress';
import { positionsOf, rowSetOf } from '../../../../src/core/pipeline/row-set';
import {
  afterRefused,
  afterSettled,
  nextSelection,
  searchesLeft,
  type SearchBudget,
} from '../../../../src/core/pipeline/search/search';
import { positionsIn, selectionLabel, wholeRange } from '../../../../src/core/pipeline/selection';
import type { Selection } from '../../../../src/core/pipeline/launch/start-import';

/** How the API names the rows that it refuses: all, the first so many, or none. */
type Naming = number;

/** What a search has found, by positions. */
export interface Found {
  created: number[];
  refused: number[];
  together: number[];
  requests: number;
  keys: string[];
}

/** Takes a batch to its end as the workflow does, against an API that refuses some of its rows. */
export function search(
  rows: number,
  bad: ReadonlySet<number>,
  {
    naming,
    unkeyed = null,
    maxSearches = 200,
    seed = 'seed',
    countedFrom = 0,
  }: { naming: Naming; unkeyed?: number[] | null; maxSearches?: number; seed?: string; countedFrom?: number },
): Found {
  const inFlight: BatchInFlight = newBatchInFlight(1);
  const known = { size: rows, unkeyed: unkeyed && rowSetOf(unkeyed) };
  if (unkeyed !== null) {
    const only = (which: 'keyed' | 'unkeyed') => toTodo(newPart({ ...wholeRange(null), only: which }));
    inFlight.todo = [only('keyed'), only('unkeyed')];
  }
  const found: Found = { created: [], refused: [], together: [], requests: 0, keys: [] };
  let searches = 0;
  while (inFlight.todo.length > 0) {
    // What waits goes through JSON, as when the pipeline continues as new.
    const state = JSON.parse(JSON.stringify(inFlight)) as BatchInFlight;
    Object.assign(inFlight, state);
    const part = partOf(inFlight.todo.shift()!);
    const budget = (): SearchBudget => ({ searches, maxSearches });
    const together = (selection: Selection) =>
      found.together.push(...positionsIn(withoutSettled(inFlight, selection), known));
    if (positionsLeft(inFlight, part)?.length === 0) continue;
    const spendable = searchesLeft(inFlight, budget());
    if (part.searched) {
      if (spendable === 0) {
        together(part.selection);
        continue;
      }
      inFlight.searches += 1;
      searches += 1;
    }
    const sent = nextSelection(inFlight, part, seed, spendable);
    inFlight.rows = known;
    const positions = positionsIn(sent, known);
    found.requests += 1;
    found.keys.push(selectionLabel(1, sent));
    const wrong = positions.filter((position) => bad.has(position));
    if (wrong.length === 0) {
      found.created.push(...positions);
      const left = afterSettled(inFlight, part, sent, 'taken');
      if (left !== null) inFlight.todo.unshift(toTodo(left));
      continue;
    }
    const named = wrong
      .slice(0, naming)
      .flatMap((position) => positions[positions.indexOf(position) + countedFrom] ?? []);
    const refusal = { sent: positions.length, named: rowSetOf(named), ...known };
    const { left, aside, exhausted } = afterRefused(inFlight, part, sent, refusal, budget());
    inFlight.todo.push(...aside.map(toTodo));
    if (left !== null && exhausted) together(left.selection);
    else if (left !== null) inFlight.todo.unshift(toTodo(left));
  }
  found.refused = positionsOf(inFlight.refused);
  return found;
}
