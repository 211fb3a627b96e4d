import { z } from 'zod';
import { Draw } from './draw';

/** Where workers store results and reports. */
export const stores = ['s3', 'disk'] as const;
export type Store = (typeof stores)[number];

const processes = ['worker-1', 'worker-2', 'server', 'emulator', 'gateway'] as const;
/** A process of a run. */
export type ProcessName = (typeof processes)[number];
const links = ['worker-1', 'worker-2', 'gateway'] as const;
/** A process behind its own network: a worker's to the server, the gateway's to the workers. */
export type LinkName = (typeof links)[number];

const ofProcess = ['kill', 'terminate', 'freeze'] as const;
const ofLink = ['cut', 'stall'] as const;
/** How writes to a disk fail. */
export const ofWrites = ['full', 'read-only'] as const;
const ofApi = [
  ...['rate-limited', 'error-500', 'error-503', 'error-after-work', 'reset-before', 'reset-after'],
  ...['hang', 'slow', 'cut-short', 'truncated', 'no-json', 'unknown-status', 'date-ahead', 'date-behind'],
] as const;
/** How the API's answers fail. */
export type ApiFault = (typeof ofApi)[number];

const whenSchema = {
  /** Since the start of the run. */
  atMs: z.number().min(0),
  /** How long it lasts; for a step of the clock, how far it jumps ahead. */
  forMs: z.number().min(0),
};
const eventSchema = z.union([
  z.strictObject({ ...whenSchema, target: z.enum(processes), action: z.enum(ofProcess) }),
  z.strictObject({ ...whenSchema, target: z.enum(links), action: z.enum(ofLink) }),
  z.strictObject({ ...whenSchema, target: z.literal('api'), action: z.enum(ofApi) }),
  z.strictObject({ ...whenSchema, target: z.literal('clock'), action: z.literal('step') }),
  z.strictObject({ ...whenSchema, target: z.literal('disk'), action: z.literal('away') }),
  z.strictObject({
    ...whenSchema,
    target: z.literal('disk'),
    action: z.enum(ofWrites),
    /** Whether it lasts longer if no write has failed by then. */
    untilMet: z.boolean().optional(),
  }),
]);
/** A fault at a time. */
export type ChaosEvent = z.infer<typeof eventSchema>;
/** A fault of a disk that takes no writes. */
export type WriteFault = Extract<ChaosEvent, { action: (typeof ofWrites)[number] }>;

/** A run as plain data. It can be repeated, except for the machine's own timing. */
export const planSchema = z.strictObject({
  seed: z.string(),
  durationMs: z.number().positive(),
  store: z.enum(stores),
  imports: z.int().min(1),
  pipelines: z.int().min(2),
  events: z.array(eventSchema),
});
export type ChaosPlan = z.infer<typeof planSchema>;

/** Average time between two events. */
const everyMs = 2000;
/** The longest outage of a process, network or store. */
const maxAwayMs = 12_000;
/** The longest time that answers fail. */
const maxSpoiltMs = 8000;
/** The largest step of the API's clock. */
const maxStepMs = 1_800_000;

/** The parts of a run besides its seed. */
export type PlanOptions = Pick<ChaosPlan, 'durationMs' | 'imports' | 'pipelines'> & { store?: Store };

/**
 * Draws a plan from its seed. Possible faults are dealt like cards: each occurs once before any repeats. Full and
 * read-only disks were added later. They are drawn apart, as often as each other fault, so that every seed keeps the
 * events for which its results are published.
 */
export function drawPlan(seed: string, { durationMs, imports, pipelines, store }: PlanOptions): ChaosPlan {
  const draw = new Draw(seed);
  const drawn = stores[draw.between(0, stores.length - 1)] ?? 's3';
  const kept = store ?? drawn;
  const count = Math.max(1, Math.round(durationMs / everyMs));
  const cards: Card[] = [];
  while (cards.length < count) cards.push(...draw.shuffled(deck(kept)));
  const rounds = kept === 'disk' ? Math.ceil(count / deck(kept).length) : 0;
  const later = Array.from({ length: rounds }, () => laterDeck).flat();
  const events = [
    ...datedBy(draw, cards.slice(0, count), durationMs),
    ...datedBy(new Draw(`${seed}/disk`), later, durationMs),
  ];
  events.sort((one, other) => one.atMs - other.atMs);
  return { seed, durationMs, store: kept, imports, pipelines, events: z.array(eventSchema).parse(events) };
}

/** A possible fault, and how long it may last. */
interface Card {
  target: string;
  action: string;
  mostMs: number;
}

const datedBy = (draw: Draw, cards: readonly Card[], durationMs: number) =>
  cards.map(({ mostMs, ...what }) => ({
    ...what,
    atMs: draw.between(0, durationMs),
    forMs: draw.between(Math.min(500, mostMs), mostMs),
  }));

/** Faults of a disk that are drawn apart. */
const laterDeck: Card[] = ofWrites.map((action) => ({
  target: 'disk',
  action,
  mostMs: maxAwayMs,
}));

/** All other faults that are possible with this store, once each. */
function deck(store: Store): Card[] {
  const isThere = (name: string) => name !== 'gateway' || store === 's3';
  const of = (targets: readonly string[], actions: readonly string[], mostMs: number) =>
    targets.filter(isThere).flatMap((target) => actions.map((action) => ({ target, action, mostMs })));
  return [
    ...of(processes, ofProcess, maxAwayMs),
    ...of(links, ofLink, maxAwayMs),
    ...of(['api'], ofApi, maxSpoiltMs),
    ...of(['clock'], ['step'], maxStepMs),
    ...(store === 'disk' ? [...of(['disk', 'disk'], ['away'], maxAwayMs)] : []),
  ];
}

/** An event as one line, such as `12.3 s: kill worker-1, 4.0 s`. */
export function describeEvent({ atMs, target, action, forMs }: ChaosEvent): string {
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
  return `${seconds(atMs)}: ${action} ${target}, ${seconds(forMs)}`;
}
