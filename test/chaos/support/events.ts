import { setTimeout as pause } from 'node:timers/promises';
import { until } from '../../support/until';
import { rulesOf } from './api-faults';
import type { ApiFault, ChaosEvent, WriteFault } from './plan';
import type { Site } from './site';

/** The share of requests that an event's fault acts on. */
const eventProbability = 0.7;
/** How long a fault that lasts until it is met may last. */
const metLimitMs = 300_000;

/** Executes an event; resolves when it is over. */
export async function executeEvent(site: Site, event: ChaosEvent): Promise<void> {
  const { forMs } = event;
  if (event.target === 'api') return spoil(site, event.action, forMs);
  switch (event.action) {
    case 'kill':
      return site.processes[event.target]?.down('SIGKILL', forMs);
    case 'terminate':
      return site.processes[event.target]?.down('SIGTERM', forMs);
    case 'freeze':
      return site.processes[event.target]?.freeze(forMs);
    case 'cut':
      return site.networks[event.target]?.cut(forMs);
    case 'stall':
      return site.networks[event.target]?.stall(forMs);
    case 'away':
      return site.disk?.failFor(event.action, forMs);
    case 'full':
    case 'read-only':
      return failWrites(site, event);
    case 'step':
      return stepClock(site, forMs);
  }
}

async function failWrites({ disk }: Site, { action, forMs, untilMet = false }: WriteFault): Promise<void> {
  if (disk === null) return;
  const before = disk.failures(action);
  disk.fail(action);
  try {
    await pause(forMs);
    if (untilMet) await until(() => disk.failures(action) > before, metLimitMs);
  } finally {
    disk.recover(action);
  }
}

async function spoil({ emulator }: Site, fault: ApiFault, forMs: number): Promise<void> {
  for (const rule of rulesOf(fault, { until: `${forMs}ms`, probability: eventProbability }))
    await emulator.addRule(rule);
  await pause(forMs);
}

async function stepClock({ emulator, clockSteps }: Site, byMs: number): Promise<void> {
  const aheadMs = () => clockSteps.reduce((sum, step) => sum + step.byMs, byMs);
  await emulator.setTime(() => new Date(Date.now() + aheadMs()));
  clockSteps.push({ atMs: Date.now(), byMs });
}
