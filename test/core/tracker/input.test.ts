import fc from '../../support/properties';
import { describeDuration, durationForm, parseDuration } from '../../../src/core/duration';
import { durationPattern } from '../../../src/core/duration-pattern';
import { parseTrackerWorkflowId, trackerWorkflowId, utf8Length } from '../../../src/core/ids';
import { withUnits } from '../../../src/core/durations-with-units';
import {
  changePolling,
  parsePolling,
  pollingSchema,
  pollingSchemaOf010,
  writePolling,
} from '../../../src/core/tracker/polling';
import { trackImportInputSchema } from '../../../src/core/tracker/input';
import { checkInput, describeProblems } from '../../../src/core/validation';

test.each([
  ['90s', 90_000],
  ['15m', 900_000],
  ['2h', 7_200_000],
  ['7d', 604_800_000],
  ['4 seconds', 4000],
  ['1.5h', 5_400_000],
  ['250ms', 250],
  ['1 millisecond', 1],
  ['1 minute', 60_000],
  // ISO 8601: Java, pydantic, Ruby, .NET
  ['PT2H', 7_200_000],
  ['P7D', 604_800_000],
  ['PT168H', 604_800_000],
  ['PT2M30.5S', 150_500],
  ['P1DT2H', 93_600_000],
  ['P2W', 1_209_600_000],
  ['P1W2DT3H4M5.25S', 788_645_250],
  ['P0Y0M7DT0H0M0S', 604_800_000],
  ['PT0S', 0],
  ['P0D', 0],
  // Go
  ['2h0m0s', 7_200_000],
  ['1m30.5s', 90_500],
  ['1.5s', 1500],
  ['500ms', 500],
  ['1s500µs', 1001],
  ['250000us', 250],
  ['250000μs', 250],
  ['5000000ns', 5],
  ['0s', 0],
  ['1ns', 1],
])('%s is %d ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each([
  '',
  's',
  '-1s',
  '1 week',
  '1s ',
  ' 1s',
  '1e3s',
  '٣s',
  '1..5s',
  'infinity',
  '7200',
  '7200.0',
  '02:00:00',
  '1.02:00:00',
  '-PT5S',
  'PT',
  'P',
  'P1DT',
  'P1Y',
  'P1M',
  'pt2h',
  '2h\n',
  '2h 0m',
])('%j is no duration', (text) => {
  expect(parseDuration(text)).toBeUndefined();
  expect(new RegExp(durationPattern).test(text)).toBe(false);
});

test.each([
  [0, '0 s'],
  [-5, '0 s'],
  [45_000, '45 s'],
  [7_500_000, '2 h 5 min'],
  [604_800_000, '7 d'],
])('%d ms reads %s', (ms, text) => {
  expect(describeDuration(ms)).toBe(text);
});

const wellFormed = { teamId: 't', jobId: 'j' };

test.each([
  [
    { ...wellFormed, jobId: 12 },
    'jobId: saw 12, expected a string of 1 to 200 bytes without control characters',
  ],
  [{ jobId: 'j' }, 'teamId: saw nothing, expected a string of 1 to 200 bytes without control characters'],
  [{ ...wellFormed, teamId: '' }, 'teamId: saw "", expected a string'],
  [
    { ...wellFormed, jobId: '..' },
    "jobId: saw \"..\", expected a string of 1 to 200 bytes without control characters, other than '.' and '..'",
  ],
  [{ ...wellFormed, teamId: 'a\u0007b' }, 'teamId: saw "a\\u0007b", expected a string'],
  [{ ...wellFormed, teamId: '€'.repeat(67) }, 'teamId: saw "€'],
  [{ ...wellFormed, teamId: '\ud800' }, 'teamId: saw "\\ud800", expected a string'],
  [{ ...wellFormed, jobID: 'x' }, 'jobID: saw "x", expected no such field'],
  [{ ...wellFormed, submittedAt: 'yesterday' }, 'submittedAt: saw "yesterday", expected a time in ISO 8601'],
  [
    { ...wellFormed, submittedAt: '2026-11-23T09:00:00' },
    'submittedAt: saw "2026-11-23T09:00:00", expected a time',
  ],
  [{ ...wellFormed, waitTimeout: '2 fortnights' }, 'waitTimeout: saw "2 fortnights", expected a text like'],
  ...[-1, 7200, 7200.5, 3_000_000_000, '7200', '7200.0', '02:00:00', ' 5 '].map(
    (waitTimeout): [object, string] => [
      { ...wellFormed, waitTimeout },
      `waitTimeout: saw ${JSON.stringify(waitTimeout)}, expected ${durationForm}: a number needs its unit, since Go`,
    ],
  ),
  [{ ...wellFormed, waitTimeout: 'P1M' }, ': years and months have no fixed length'],
  [{ ...wellFormed, waitTimeout: 'P1Y' }, ': years and months have no fixed length'],
  [{ ...wellFormed, waitTimeout: {} }, 'waitTimeout: saw {}, expected a text like'],
  [{ ...wellFormed, waitTimeout: false }, 'waitTimeout: saw false, expected a text like'],
  [{ ...wellFormed, submittedAt: 1_795_913_200 }, ': a number does not say whether it counts seconds'],
  [{ ...wellFormed, submittedAt: '1795913200.5' }, ': a number does not say whether it counts seconds'],
  [{ ...wellFormed, submittedAt: '2026-02-29T09:00:00Z' }, 'expected a time in ISO 8601'],
  [{ ...wellFormed, submittedAt: '2026-11-23T09:00:00.5' }, ': a local time does not say of which zone'],
  [{ ...wellFormed, submittedAt: '2026-11-23T09:00Z\n' }, 'expected a time in ISO 8601'],
  [
    { ...wellFormed, notify: [{ workflow_id: 'x' }] },
    'notify[0].workflow_id: saw "x", expected no such field',
  ],
  [{ ...wellFormed, waitTimeout: '400d' }, 'waitTimeout: saw "400d", expected a text like'],
  [
    { ...wellFormed, results: 'inline' },
    'results: saw "inline", expected one of auto, failed, stored, omitted',
  ],
  [
    { ...wellFormed, polling: { backoffCoefficient: 0.5 } },
    'polling.backoffCoefficient: saw 0.5, expected a number from 1 to 10',
  ],
  [{ ...wellFormed, polling: { interval: '5s' } }, 'polling.interval: saw "5s", expected no such field'],
  [
    { ...wellFormed, polling: { initialInterval: '1h', maximumInterval: '1m' } },
    'polling.maximumInterval: saw "1m", expected at least initialInterval',
  ],
  [
    { ...wellFormed, polling: { initialInterval: '5ms' } },
    'polling.initialInterval: saw "5ms", expected at least 100 ms',
  ],
  [{ ...wellFormed, polling: 5 }, 'polling: saw 5, expected an object'],
  [{ ...wellFormed, notify: {} }, 'notify: saw {}, expected a list'],
  [
    { ...wellFormed, notify: [{ workflowId: 7 }] },
    'notify[0].workflowId: saw 7, expected a string of 1 to 1000 bytes',
  ],
  [{ ...wellFormed, notify: [{ workflowId: '\ud800x' }] }, 'expected a string of 1 to 1000 bytes'],
  [{ ...wellFormed, notify: [{ workflowId: 'é'.repeat(501) }] }, 'expected a string of 1 to 1000 bytes'],
  [undefined, 'input: saw nothing, expected an object with teamId and jobId'],
  ['t/j', 'input: saw "t/j", expected an object with teamId and jobId'],
])('%j is refused: %s', (input, message) => {
  const checked = checkInput(trackImportInputSchema, input);
  expect(checked.ok ? 'accepted' : describeProblems(checked.problems)).toContain(message);
});

test('every problem of an input is named', () => {
  const checked = checkInput(trackImportInputSchema, { teamId: 1, jobId: 2, x: 3 });
  expect(checked.ok ? [] : checked.problems.map(({ field }) => field).sort()).toEqual([
    'jobId',
    'teamId',
    'x',
  ]);
});

test('an error stays short, whatever the input', () => {
  const fields = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`${i}${'x'.repeat(1000)}`, 1]));
  const checked = checkInput(trackImportInputSchema, { ...wellFormed, ...fields });
  const text = checked.ok ? '' : describeProblems(checked.problems);
  expect(text).toMatch(/; and more$/);
  expect(text.length).toBeLessThan(5000);
});

test('a full input is accepted as written', () => {
  const checked = checkInput(trackImportInputSchema, {
    ...wellFormed,
    submittedAt: '2026-11-23T10:00:00.123456+01:00',
    polling: {
      initialInterval: '4 seconds',
      backoffCoefficient: 2,
      maximumInterval: '1m0s',
      jitter: 0,
      adaptive: false,
      maximumPolls: 9,
    },
    waitTimeout: '2h',
    results: 'stored',
    notify: [{}, { workflowId: 'w', signal: 's' }],
  });
  expect(checked).toMatchObject({
    ok: true,
    value: { waitTimeout: 7_200_000, polling: { initialIntervalMs: 4000 } },
  });
});

// Each as a library writes it by itself, from a struct or object of which only the ids were set.
test.each([
  [
    'Java, Jackson; Python, pydantic or a dataclass',
    '{"jobId":"j","notify":null,"polling":null,"results":null,"submittedAt":null,"teamId":"t","waitTimeout":null}',
  ],
  [
    'Go, encoding/json',
    '{"teamId":"t","jobId":"j","submittedAt":"0001-01-01T00:00:00Z","polling":{"initialInterval":"","backoffCoefficient":0,"maximumInterval":"","maximumPolls":0},"waitTimeout":"","results":"","notify":null}',
  ],
  [
    'Go, durations of package time',
    '{"waitTimeout":0,"polling":{"initialInterval":0,"maximumInterval":0},"teamId":"t","jobId":"j"}',
  ],
  [
    'Go, durations as it prints them',
    '{"waitTimeout":"0s","polling":{"initialInterval":"0s","maximumInterval":"0s"},"teamId":"t","jobId":"j"}',
  ],
  [
    '.NET',
    '{"teamId":"t","jobId":"j","submittedAt":"0001-01-01T00:00:00","polling":null,"waitTimeout":null}',
  ],
  ['.NET with offsets', '{"teamId":"t","jobId":"j","submittedAt":"0001-01-01T00:00:00+00:00"}'],
  ['the epoch', '{"teamId":"t","jobId":"j","submittedAt":"1970-01-01T00:00:00Z"}'],
  ['the epoch, west of Greenwich', '{"teamId":"t","jobId":"j","submittedAt":"1969-12-31T16:00:00-08:00"}'],
  [
    'Java, durations and times of nothing',
    '{"teamId":"t","jobId":"j","waitTimeout":"PT0S","submittedAt":"1970-01-01T00:00Z"}',
  ],
  ['PHP', '{"teamId":"t","jobId":"j","polling":[],"notify":[]}'],
  [
    'nulls within',
    '{"teamId":"t","jobId":"j","polling":{"initialInterval":null,"backoffCoefficient":null,"maximumInterval":null,"jitter":null,"adaptive":null,"maximumPolls":null},"notify":[null]}',
  ],
])('what %s writes of an input with ids alone is read as no more', (_, json) => {
  const checked = checkInput(trackImportInputSchema, JSON.parse(json));
  const { teamId, jobId, notify = [], polling = parsePolling({}), ...rest } = checked.ok ? checked.value : {};
  expect({ teamId, jobId, notify, polling }).toEqual({
    ...wellFormed,
    notify: [],
    polling: parsePolling({}),
  });
  expect(Object.values(rest).filter((value) => value !== undefined)).toEqual([]);
});

test.each([
  ['2026-11-23T09:00:00Z', '2026-11-23T09:00:00.000Z'],
  ['2026-11-23T09:00Z', '2026-11-23T09:00:00.000Z'],
  ['2026-11-23t09:00:00z', '2026-11-23T09:00:00.000Z'],
  ['2026-11-23T10:00+01:00', '2026-11-23T09:00:00.000Z'],
  ['2026-11-23T09:00:00+00:00', '2026-11-23T09:00:00.000Z'],
  ['2026-11-23T09:00:00.123456+00:00', '2026-11-23T09:00:00.123Z'],
  ['2026-11-23T09:00:00.123456789Z', '2026-11-23T09:00:00.123Z'],
  ['2026-11-23T14:30:00.5+0530', '2026-11-23T09:00:00.500Z'],
  ['2026-11-23T01:00:00-08', '2026-11-23T09:00:00.000Z'],
  ['2028-02-29T23:59:59.9999999Z', '2028-02-29T23:59:59.999Z'],
])('the time %s is %s', (submittedAt, expected) => {
  const checked = checkInput(trackImportInputSchema, { ...wellFormed, submittedAt });
  expect(checked).toMatchObject({ ok: true, value: { submittedAt: expected } });
});

test('zero and false are values where they are one', () => {
  const polling = { jitter: 0, adaptive: false };
  const checked = checkInput(trackImportInputSchema, { ...wellFormed, polling });
  expect(checked).toMatchObject({ ok: true, value: { polling: { jitter: 0, adaptive: false } } });
});

test('a policy that is handed on is read as it was, also by 0.1.0', () => {
  const policy = parsePolling({ initialInterval: 'PT1M0.5S', maximumInterval: '2h0m0s', maximumPolls: 7 });
  for (const schema of [pollingSchema, pollingSchemaOf010]) {
    expect(parsePolling(writePolling(policy), schema)).toEqual(policy);
  }
});

test('numbers of 0.1.0 become texts, and nothing else changes', () => {
  const polling = { initialInterval: 4000, maximumInterval: '2h', jitter: 0 };
  expect(withUnits({ ...wellFormed, waitTimeout: 7.4, polling })).toEqual({
    ...wellFormed,
    waitTimeout: '7ms',
    polling: { ...polling, initialInterval: '4000ms' },
  });
  for (const other of [undefined, null, 5, 'text', [1], { polling: 5 }])
    expect(withUnits(other)).toEqual(other);
});

const ids = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });

test('the same job has the same workflow id, two jobs never share one, and it reads back', () => {
  expect(trackerWorkflowId('team', 'a/b')).toBe('prism-import/team/a/b');
  fc.assert(
    fc.property(ids, ids, (teamId, jobId) => {
      expect(parseTrackerWorkflowId(trackerWorkflowId(teamId, jobId))).toEqual({ teamId, jobId });
    }),
  );
  expect(parseTrackerWorkflowId('something/else')).toBeNull();
});

test('utf8Length counts bytes as UTF-8 does', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => utf8Length(text) === Buffer.byteLength(text)),
  );
});

test.each<[change: unknown, result: object]>([
  [{}, {}],
  [{ initialInterval: null, jitter: null, maximumPolls: 0 }, {}],
  [{ initialInterval: '1h' }, { initialIntervalMs: 3_600_000 }],
  [
    { maximumPolls: 'default', adaptive: 'default' },
    { maximumPolls: null, adaptive: true },
  ],
  [
    { maximumInterval: 'default', initialInterval: 'default' },
    { initialIntervalMs: 2000, maximumIntervalMs: 7_200_000 },
  ],
])('setPolling %j changes %j and no more', (change, result) => {
  const inForce = parsePolling({
    initialInterval: '30m',
    maximumInterval: '3h',
    maximumPolls: 9,
    adaptive: false,
  });
  expect(changePolling(inForce, change)).toEqual({ ok: true, value: { ...inForce, ...result } });
});

test.each([
  [{ maximumInterval: '5m' }, 'maximumInterval: saw 5 min, expected at least initialInterval'],
  [{ jitter: 'none' }, 'jitter: saw "none", expected a number from 0 to 0.9, or \'default\''],
  [{ initialIntervall: '5m' }, 'initialIntervall: saw "5m", expected no such field'],
  ['default', 'input: saw "default", expected an object'],
])('setPolling %j is refused', (change, says) => {
  const changed = changePolling(parsePolling({ initialInterval: '30m' }), change);
  expect(changed.ok ? 'taken' : describeProblems(changed.problems)).toContain(says);
});
