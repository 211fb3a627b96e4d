import { CodecError } from '../../src/codec/codec-error';
import { throttled } from '../../src/codec/data-converter';

/** What is told of reasons that come at these times. */
function reportsOf(reasons: [atMs: number, reason: string][], everyMs?: number): string[] {
  let nowMs = 0;
  const reports: string[] = [];
  const report = throttled((message) => reports.push(message), {
    ...(everyMs !== undefined && { everyMs }),
    now: () => nowMs,
  });
  for (const [atMs, reason] of reasons) {
    nowMs = atMs;
    report(new CodecError(reason));
  }
  return reports;
}

test('a reason is reported once, or again after the time that is given', () => {
  const reasons: [number, string][] = [
    [0, 'a'],
    [10, 'a'],
    [20, 'b'],
    [59_999, 'b'],
    [60_000, 'a'],
    [60_001, 'a'],
  ];
  expect(reportsOf(reasons)).toEqual(['a', 'b']);
  expect(reportsOf(reasons, 60_000)).toEqual(['a', 'b', 'a']);
});

test('of any number of different reasons 50 are reported', () => {
  const reasons = Array.from({ length: 1000 }, (_, at): [number, string] => [at, `key ${at}`]);
  expect(reportsOf(reasons, 60_000)).toHaveLength(50);
  expect(reportsOf(reasons, 500)).toHaveLength(100);
});
