import { utf8Length } from '../ids';
import type { BatchInFlight } from './carried-state';

/**
 * The share of the next run's input (`continuedInputLimits`) that batches in flight may take. Ends that no batch
 * follows take up to 500 KB and 2,500 values, and the pipeline's own input up to 256 KiB and 20,000.
 */
const most = { bytes: 1_000_000, values: 30_000 };

/**
 * The batches in flight that must finish before a run hands over, because together they exceed the input of the next
 * one: those that take more than an equal share. Empty if all fit.
 */
export function batchesToFinish(lanes: readonly BatchInFlight[]): BatchInFlight[] {
  const sizes = lanes.map((lane) => ({
    lane,
    bytes: utf8Length(JSON.stringify(lane)) + 1,
    values: valuesIn(lane),
  }));
  const isOver = (bytes: number, values: number, count: number) =>
    bytes * count > most.bytes || values * count > most.values;
  const sum = (of: 'bytes' | 'values') => sizes.reduce((total, size) => total + size[of], 0);
  if (!isOver(sum('bytes'), sum('values'), 1)) return [];
  return sizes.filter(({ bytes, values }) => isOver(bytes, values, lanes.length)).map(({ lane }) => lane);
}

function valuesIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce((sum: number, member) => sum + valuesIn(member), 1);
}
