import { MemoryBudget } from '../../src/activities/memory-budget';

const never = new AbortController().signal;

test('whoever comes first is served first, as soon as enough is given back', async () => {
  const budget = new MemoryBudget(100);
  const served: string[] = [];
  const ask = (name: string, bytes: number) =>
    budget.lease(bytes, never).then((lease) => {
      served.push(name);
      return lease;
    });
  const first = await ask('first', 80);
  const second = ask('second', 60);
  const third = ask('third', 20);
  await new Promise(setImmediate);
  expect(served).toEqual(['first']);
  first?.shrink(40);
  await second;
  await new Promise(setImmediate);
  expect(served).toEqual(['first', 'second']);
  first?.release();
  first?.release();
  await third;
  expect(served).toEqual(['first', 'second', 'third']);
});

test('what is not to be had in time is not waited for, and keeps nobody waiting', async () => {
  const budget = new MemoryBudget(100);
  const first = await budget.lease(60, never);
  const large = budget.lease(80, AbortSignal.timeout(20));
  const small = budget.lease(30, never);
  expect(await large).toBeNull();
  expect(await small).not.toBeNull();
  first?.release();
  expect(await budget.lease(70, never)).not.toBeNull();
});

test('nothing is given to whoever has given up already', async () => {
  expect(await new MemoryBudget(100).lease(1, AbortSignal.abort())).toBeNull();
});
