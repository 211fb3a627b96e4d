import fc from '../support/properties';
import { maxHintMs, readHttpDate, readRetryAfter } from '../../src/prism/retry-after';

const now = Date.UTC(2026, 10, 23, 9, 0, 0);
const serverDate = 'Mon, 23 Nov 2026 12:00:00 GMT';

describe('readRetryAfter', () => {
  test.each([
    [{ 'retry-after': '3' }, 3000],
    [{ 'retry-after': '0.25' }, 250],
    [{ 'retry-after': '0' }, 0],
    [{ 'retry-after': ' 7 ' }, 7000],
    [{ 'retry-after-ms': '1500' }, 1500],
    [{ 'retry-after-ms': '1.2' }, 2],
    [{ 'retry-after-ms': '10', 'retry-after': '9' }, 10],
    [{ 'retry-after-ms': 'soon', 'retry-after': '9' }, 9000],
    [{ 'retry-after-ms': '-5', 'retry-after': '9' }, 9000],
    [{ 'retry-after': '9'.repeat(400) }, maxHintMs],
    [{ 'retry-after': '31536000' }, maxHintMs],
    [{ 'retry-after': 'Mon, 23 Nov 2026 12:00:30 GMT', date: serverDate }, 30_000],
    [{ 'retry-after': 'Monday, 23-Nov-26 12:00:30 GMT', date: serverDate }, 30_000],
    [{ 'retry-after': 'Mon Nov 23 12:00:30 2026', date: serverDate }, 30_000],
    [{ 'retry-after': 'Mon, 23 Nov 2026 11:59:00 GMT', date: serverDate }, 0],
    [{ 'retry-after': 'Mon, 23 Nov 2026 09:01:00 GMT' }, 60_000],
    [{ 'retry-after': 'Mon, 23 Nov 2026 09:01:00 GMT', date: 'yesterday' }, 60_000],
    [{ 'retry-after': 'Fri, 23 Nov 2096 09:01:00 GMT' }, maxHintMs],
  ])('reads %j as %d ms', (headers, expected) => {
    expect(readRetryAfter(headers, now)).toBe(expected);
  });

  test.each(['', '-5', 'NaN', 'Infinity', '1e3', '0x10', '1,2', '+3', 'tomorrow', '2026-11-23T09:01:00Z'])(
    'hears no hint in %j',
    (text) => {
      expect(readRetryAfter({ 'retry-after': text }, now)).toBeNull();
    },
  );

  test('never gives anything but null or whole milliseconds up to the cap, whatever the headers', () => {
    const header = fc.oneof(
      fc.string(),
      fc.double().map(String),
      fc.date().map(String),
      fc.constant(undefined),
    );
    fc.assert(
      fc.property(header, header, header, (ms, seconds, date) => {
        const hint = readRetryAfter({ 'retry-after-ms': ms, 'retry-after': seconds, date }, now);
        return hint === null || (Number.isInteger(hint) && hint >= 0 && hint <= maxHintMs);
      }),
    );
  });

  test('counts a date from the server clock, however wrong the local one is', () => {
    fc.assert(
      fc.property(fc.nat(2_000_000), fc.integer({ min: 0, max: 4e12 }), (seconds, localMs) => {
        const date = new Date(now).toUTCString();
        const retryAfter = new Date(now + seconds * 1000).toUTCString();
        expect(readRetryAfter({ 'retry-after': retryAfter, date }, localMs)).toBe(seconds * 1000);
      }),
    );
  });
});

test('an HTTP date is read in the zone it means, not in the local one', () => {
  expect(readHttpDate('Sun Nov  6 08:49:37 1994')).toBe(Date.UTC(1994, 10, 6, 8, 49, 37));
});
