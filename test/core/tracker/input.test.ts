import fc from 'fast-check';
import { describeDuration, durationPattern, parseDuration } from '../../../src/core/duration';
import { parseTrackerWorkflowId, trackerWorkflowId, utf8Length } from '../../../src/core/ids';
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
])('%s is %d ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each(['', 's', '-1s', '1 week', '1s ', ' 1s', '1e3s', '٣s', '1..5s', 'infinity'])(
  '%j is no duration',
  (text) => {
    expect(parseDuration(text)).toBeUndefined();
    expect(new RegExp(durationPattern).test(text)).toBe(false);
  },
);

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
  [
    { ...wellFormed, waitTimeout: '2 fortnights' },
    'waitTimeout: saw "2 fortnights", expected a number of milliseconds',
  ],
  [{ ...wellFormed, waitTimeout: -1 }, 'waitTimeout: saw -1, expected a number of milliseconds'],
  [{ ...wellFormed, waitTimeout: '400d' }, 'waitTimeout: saw "400d", expected a number of milliseconds'],
  [{ ...wellFormed, results: 'inline' }, 'results: saw "inline", expected one of auto, failed, stored, omitted'],
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
    { ...wellFormed, polling: { initialInterval: 5 } },
    'polling.initialInterval: saw 5, expected at least 100 ms',
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
      maximumInterval: 60_000,
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
