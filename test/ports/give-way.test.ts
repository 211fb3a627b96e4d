import { isTurnOver, nextTurn } from '../../src/ports/give-way';

test('a turn is long enough for work, and over within 20 ms', async () => {
  await nextTurn();
  expect(isTurnOver()).toBe(false);
  const { user, system } = process.cpuUsage();
  while (!isTurnOver());
  const used = process.cpuUsage({ user, system });
  expect((used.user + used.system) / 1000).toBeLessThan(20);
});

test('a turn ends when whoever has it waits for something else', async () => {
  await nextTurn();
  await Promise.resolve();
  expect(isTurnOver()).toBe(false);
  await new Promise((resolve) => setTimeout(resolve, 0));
  expect(isTurnOver()).toBe(true);
});

test('timers come between the turns of those who work at once', async () => {
  let fired = 0;
  const timer = setInterval(() => (fired += 1), 1);
  const turns = async () => {
    for (let turn = 0; turn < 5; turn += 1) {
      await nextTurn();
      while (!isTurnOver());
    }
  };
  await Promise.all([turns(), turns(), turns()]);
  clearInterval(timer);
  expect(fired).toBeGreaterThanOrEqual(14); // between any two of the 15 turns
});
