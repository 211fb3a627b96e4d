import type { Standing } from '../../../../src/core/details/advice';
import { endStatusNames } from '../../../../src/core/tracker/end-statuses';
import { problemCodes } from '../../../../src/core/tracker/outcome';

/** Every combination of how a tracker can stand. */
export const standings = (['processing', ...endStatusNames] as const).flatMap((status) =>
  [null, ...problemCodes].flatMap((problem) =>
    [false, true].map((isOver) => ({ status, problem, isOver, retention: isOver ? 'over' : 'kept' })),
  ),
);

/** No advice speaks of what is over, promises what will not be, or leaves out that retention is over. */
export function expectNoContradiction(advice: string | null, { status, problem, isOver }: Standing): void {
  if (status === 'processing' && problem === null) return expect(advice).toBeNull();
  const text = advice ?? '';
  if (status !== 'processing')
    expect(text).not.toMatch(/Nothing yet|[Tt]he tracker (retries|keeps|polls|waits)|recovers by itself/);
  else expect(text).not.toMatch(/track it again|start again|import (anything|them) again/i);
  if (isOver)
    expect(text).not.toMatch(/Nothing yet|start again|while the API still keeps it|until retention ends/);
  if (isOver && !['complete', 'failed', 'expired', 'lost'].includes(status))
    expect(text).toContain('etention is over');
  if (!isOver && status !== 'lost') expect(text).not.toMatch(/retention is over/i);
}
