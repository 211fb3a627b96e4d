import fc from '../../support/properties';
import { batchesToFinish } from '../../../src/core/pipeline/carried-size';
import { notStarted } from '../../../src/core/pipeline/batch-import-end';
import type { BatchInFlight } from '../../../src/core/pipeline/carried-state';
import { newPart } from '../../../src/core/pipeline/parts';
import { newBatchInFlight } from '../../../src/core/pipeline/progress';
import { rowSetOf } from '../../../src/core/pipeline/row-set';
import { beyondLimits, continuedInputLimits } from '../../../src/core/message-limits';

const everyOther = rowSetOf(Array.from({ length: 50_000 }, (_, n) => 2 * n + 1));
const selection = { range: { from: 0, to: 100_000 }, only: 'keyed', excluded: everyOther } as const;

interface Shape {
  todo: number;
  ended: number;
  ranges: number;
  scattered: boolean;
}

function lane(batch: number, { todo, ended, ranges, scattered }: Shape): BatchInFlight {
  const set = scattered ? everyOther : '';
  const rows = { ...selection, excluded: set };
  const part = { ...newPart(rows), searched: true, said: 'é'.repeat(700) };
  return {
    ...newBatchInFlight(batch),
    rows: { size: 100_000, unkeyed: set },
    refused: set,
    apart: set,
    todo: [
      ...Array.from({ length: todo }, () => part),
      ...Array.from({ length: ranges }, (_, from) => ({ from, to: from + 1 })),
    ],
    ended: Array.from({ length: ended }, () => ({
      ...notStarted('é'.repeat(900), 'failed'),
      selection: rows,
    })),
  };
}

/** The input of the next run with what else it may hold at most. */
function handedOver(lanes: readonly BatchInFlight[]): string | null {
  const heard = Array.from({ length: 200 }, () => 'x'.repeat(2500));
  const json = JSON.stringify({ own: 'x'.repeat(262_144), carried: { lanes, heard } });
  return beyondLimits(Buffer.from(json), {
    ...continuedInputLimits,
    values: continuedInputLimits.values - 22_500,
  });
}

test('the worst state of 100 batches is not handed over, but finished first', () => {
  const worst = { todo: 199, ended: 64, ranges: 0, scattered: true };
  const lanes = Array.from({ length: 100 }, (_, n) => lane(n + 1, worst));
  expect(handedOver(lanes)).toMatch(/bytes; at most 2,097,152/);
  expect(batchesToFinish(lanes)).toHaveLength(100);
});

test('one large batch among small ones is finished, and the small ones are handed over', () => {
  const small = Array.from({ length: 99 }, (_, n) =>
    lane(n + 1, { todo: 1, ended: 1, ranges: 1, scattered: false }),
  );
  const large = lane(100, { todo: 100, ended: 64, ranges: 0, scattered: true });
  expect(batchesToFinish([...small, large])).toEqual([large]);
  expect(batchesToFinish(small)).toEqual([]);
});

test('what is handed over is within the limits, and something is finished wherever it is not', () => {
  const count = (max: number) => fc.integer({ min: 0, max });
  const shape = fc.record({ todo: count(20), ended: count(20), ranges: count(200), scattered: fc.boolean() });
  fc.assert(
    fc.property(fc.array(shape, { minLength: 1, maxLength: 100, size: 'max' }), (shapes) => {
      let lanes = shapes.map((each, n) => lane(n + 1, each));
      for (let large = batchesToFinish(lanes); large.length > 0; large = batchesToFinish(lanes)) {
        lanes = lanes.filter((each) => !large.includes(each));
      }
      expect(handedOver(lanes)).toBeNull();
    }),
    { numRuns: 30 },
  );
});
