import { isTurnOver, nextTurn } from '../../src/ports/give-way';

afterEach(() => jest.restoreAllMocks());

test('a turn lasts 10 ms', async () => {
  const clock = jest.spyOn(performance, 'now').mockReturnValue(500);
  await nextTurn();
  clock.mockReturnValue(509.9);
  expect(isTurnOver()).toBe(false);
  clock.mockReturnValue(510);
  expect(isTurnOver()).toBe(true);
});

test('a turn ends when whoever has it waits for something else', async () => {
  jest.spyOn(performance, 'now').mockReturnValue(500);
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
