import { createSpacing } from '../../src/prism/spacing';

test('gives turns at even distances', async () => {
  const takeTurn = createSpacing(50);
  const startMs = performance.now();
  await Promise.all(Array.from({ length: 6 }, () => takeTurn(undefined)));
  expect(performance.now() - startMs).toBeGreaterThanOrEqual(95);
});

test('gives the first turn at once, and a wait up when it is aborted', async () => {
  const takeTurn = createSpacing(0.01);
  const controller = new AbortController();
  await takeTurn(controller.signal);
  const waiting = takeTurn(controller.signal);
  controller.abort();
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
});
