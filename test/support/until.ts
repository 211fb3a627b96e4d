import { setTimeout as pause } from 'node:timers/promises';
import { grpcCode, grpcCodeOf } from '../../src/temporal/problem';

/**
 * Waits for a condition; rejects, naming it, after this time, by default two minutes. A server or worker that is too
 * busy to answer the condition in time has not denied it.
 */
export async function until(holds: () => boolean | Promise<boolean>, withinMs = 120_000): Promise<void> {
  const deadline = performance.now() + withinMs;
  const ask = async () => holds();
  while (!(await ask().catch(unanswered))) {
    if (performance.now() > deadline) throw new Error(`waited ${withinMs} ms for ${holds.toString()}`);
    await pause(20);
  }
}

function unanswered(error: unknown): false {
  if (grpcCodeOf(error) !== grpcCode.deadlineExceeded) throw error;
  return false;
}
