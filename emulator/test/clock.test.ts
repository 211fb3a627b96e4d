import { startPrismEmulator, type EmulatorOptions, type PrismEmulator } from '../src';
import { EmulatorClock } from '../src/clock';

const hour = 3_600_000;
const start = '2026-11-23T09:00:00.000Z';
const startMs = Date.parse(start);

let emulator: PrismEmulator | undefined;
afterEach(() => emulator?.close());

async function on(clock: EmulatorOptions['clock']) {
  emulator = await startPrismEmulator({ clock });
  return emulator.controller;
}

test('a manual clock stands still until it is moved', async () => {
  const controller = await on('manual');
  const first = await controller.now();
  controller.advance('2h');
  expect(await controller.now()).toBe(first + 2 * hour);
  controller.advance(500);
  expect(await controller.now()).toBe(first + 2 * hour + 500);
  controller.setTime(start);
  expect(await controller.now()).toBe(startMs);
});

test('a clock starts where it is told and goes at its rate', () => {
  const clock = new EmulatorClock({ start: startMs, rate: 3600 });
  const before = Date.now();
  clock.state = { ...clock.state, realMs: before - 2000 };
  const shown = clock.now() as number;
  const after = Date.now();
  expect(shown).toBeGreaterThanOrEqual(startMs + 2 * hour);
  expect(shown).toBeLessThanOrEqual(startMs + (2000 + after - before) * 3600);
});

test('the rate changes without a leap', async () => {
  const controller = await on({ start, rate: 0 });
  controller.setRate(1e9);
  const before = await controller.now();
  expect(before).toBeGreaterThanOrEqual(startMs);
  controller.setRate(0);
  const stopped = await controller.now();
  expect(stopped).toBeGreaterThanOrEqual(before);
  expect(await controller.now()).toBe(stopped);
});

test('the real clock is that of the machine, and goes on from where it is set', async () => {
  const controller = await on('real');
  const before = Date.now();
  expect(await controller.now()).toBeGreaterThanOrEqual(before);
  controller.setTime(startMs);
  const shown = await controller.now();
  expect(shown).toBeGreaterThanOrEqual(startMs);
  expect(shown).toBeLessThan(Date.now());
});

test('each request says its time by a header, where that is the clock, and is answered as of then', async () => {
  const controller = await on('header');
  await controller.createJob({ teamId: 'acme', jobId: 'j', total: 100, duration: '4h', created_at: startMs });
  const asked = async (headers: Record<string, string>) => {
    const url = `${emulator!.baseUrl}/v2/prism/acme/imports/j`;
    const answer = await fetch(url, { headers: { 'x-api-key': 'any', ...headers } });
    const { processed } = (await answer.json()) as { processed?: number };
    return { status: answer.status, processed, date: Date.parse(answer.headers.get('date') ?? '') };
  };
  const at = (ms: number) => ({ 'x-emulator-time': new Date(ms).toISOString() });
  expect(await asked(at(startMs + 3 * hour))).toEqual({
    status: 200,
    processed: 75,
    date: startMs + 3 * hour,
  });
  // Another caller has another time.
  expect(await asked(at(startMs + hour))).toMatchObject({ processed: 25, date: startMs + hour });
  expect((await asked({})).date).toBeGreaterThanOrEqual(Date.now() - 60_000);
  expect(await asked({ 'x-emulator-time': 'soon' })).toMatchObject({ status: 500 });
});

test("a caller's own clock cannot be set", async () => {
  const controller = await on(() => startMs);
  expect(await controller.now()).toBe(startMs);
  expect(() => controller.advance(1)).toThrow('function of the caller');
});

test.each([
  {
    set: (c: PrismEmulator['controller']) => c.setTime('tomorrow'),
    error: /time: .*expected a time in ISO 8601/,
  },
  { set: (c: PrismEmulator['controller']) => c.advance('soon'), error: /duration: .*expected a number/ },
  { set: (c: PrismEmulator['controller']) => c.setRate(-1), error: /rate: .*expected a number from 0/ },
])('a clock refuses what it cannot be set to ($error)', async ({ set, error }) => {
  const controller = await on('manual');
  const before = await controller.now();
  expect(() => set(controller)).toThrow(error);
  expect(await controller.now()).toBe(before);
});
