import type { LogEntry } from '@temporalio/worker';
import { logLine, maskOf } from '../../src/telemetry/logging';

const entry = (message: string, meta?: Record<string, unknown>): LogEntry => ({
  level: 'INFO',
  message,
  timestampNanos: 1_795_424_400_000_000_000n,
  ...(meta !== undefined && { meta }),
});
const parsed = (line: string) => JSON.parse(line) as Record<string, unknown>;

test('an entry is one line of JSON with its time and everything known', () => {
  const line = logLine(entry('two\nlines', { taskQueue: 'q', events: 12n }), maskOf([]));
  expect(line.match(/\n/g)).toHaveLength(1);
  expect(parsed(line)).toEqual({
    time: '2026-11-23T09:00:00.000Z',
    level: 'info',
    message: 'two\nlines',
    taskQueue: 'q',
    events: '12',
  });
});

test('an error is shown with its causes', () => {
  const error = new Error('outer', { cause: new TypeError('inner') });
  expect(parsed(logLine(entry('failed', { error }), maskOf([])))).toMatchObject({
    error: { name: 'Error', message: 'outer', cause: { name: 'TypeError', message: 'inner' } },
  });
});

test('an object that contains itself is cut off, one that occurs twice is not', () => {
  const twice = { a: 1 };
  const loop: Record<string, unknown> = { one: twice, other: twice };
  loop['self'] = loop;
  expect(parsed(logLine(entry('x', { loop }), maskOf([])))).toMatchObject({
    loop: { one: { a: 1 }, other: { a: 1 }, self: '[circular]' },
  });
});

test('a secret appears nowhere, even one that JSON escapes', () => {
  const line = logLine(
    entry('key k"ey-0001', { headers: { 'x-api-key': 'k"ey-0001' }, error: new Error('refused k"ey-0001') }),
    maskOf(['k"ey-0001']),
  );
  expect(line).not.toContain('ey-0001');
  expect(parsed(line)).toMatchObject({ message: 'key [hidden]', headers: { 'x-api-key': '[hidden]' } });
});
