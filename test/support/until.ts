import { setTimeout as pause } from 'node:timers/promises';

/** Waits for a condition; rejects, naming it, after this time, by default two minutes. */
export async function until(holds: () => boolean | Promise<boolean>, withinMs = 120_000): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`waited ${withinMs} ms for ${holds.toString()}`);
    await pause(20);
  }
}
