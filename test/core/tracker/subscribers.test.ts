import { requestedSubscribers } from '../../../src/core/tracker/requested-subscribers';
import { trackImportInputSchema, trackImportInputSchemaOf010 } from '../../../src/core/tracker/input';
import {
  maxSubscribers,
  notifyEntry,
  readSubscribers,
  subscribe,
} from '../../../src/core/tracker/subscribers';
import { checkInput, describeProblems } from '../../../src/core/validation';

test('a subscriber without a workflow id is the parent, one without a signal gets importFinished, each once', () => {
  const { subscribers, problems } = readSubscribers(
    [{}, { workflowId: 'other', signal: 'ended' }, { workflowId: 'parent' }, { signal: 'ended' }],
    'parent',
  );
  expect(problems).toEqual([]);
  expect(subscribers).toEqual([
    { workflowId: 'parent', signal: 'importFinished' },
    { workflowId: 'other', signal: 'ended' },
    { workflowId: 'parent', signal: 'ended' },
  ]);
});

test('entries that make no sense are left out, and one that means a missing parent is named by its place', () => {
  const { subscribers, problems } = readSubscribers([7, {}, { workflowId: 'other' }], undefined);
  expect(subscribers).toEqual([{ workflowId: 'other', signal: 'importFinished' }]);
  expect(problems.map(({ field }) => field)).toEqual(['notify[1].workflowId']);
});

test.each([undefined, 'all', null, { workflowId: 'other' }])('%j names nobody', (notify) => {
  expect(readSubscribers(notify, 'parent')).toEqual({ subscribers: [], problems: [] });
});

test('who subscribes twice is notified once; without a workflow id, or when there are too many, it is said why not', () => {
  const { subscribers } = readSubscribers([{ workflowId: 'first' }], undefined);
  expect(subscribe(subscribers, { workflowId: 'first' })).toBeNull();
  expect(subscribers).toHaveLength(1);
  expect(subscribe(subscribers, {})).toContain('workflowId: saw nothing');
  while (subscribers.length < maxSubscribers)
    expect(subscribe(subscribers, { workflowId: `workflow-${subscribers.length}` })).toBeNull();
  expect(subscribe(subscribers, { workflowId: 'late' })).toBe('there are 100 subscribers already');
});

test('nulls and empty texts are no names, and no entries', () => {
  const { subscribers, problems } = readSubscribers(
    [
      null,
      { workflowId: null, signal: '' },
      { workflowId: '', signal: 'ended' },
      { workflowId: 'w', signal: null },
    ],
    'parent',
  );
  expect(problems).toEqual([]);
  expect(subscribers).toEqual([
    { workflowId: 'parent', signal: 'importFinished' },
    { workflowId: 'parent', signal: 'ended' },
    { workflowId: 'w', signal: 'importFinished' },
  ]);
  expect(subscribe(subscribers, { workflowId: 'x', signal: null })).toBeNull();
  expect(subscribers.at(-1)).toEqual({ workflowId: 'x', signal: 'importFinished' });
});

test('a run of 0.1.0 reads entries as it did', () => {
  expect(
    readSubscribers([null, { workflowId: null }, { signal: '' }], 'parent', { release02: false }).subscribers,
  ).toEqual([]);
  expect(subscribe([], { workflowId: 'x', signal: null }, false)).toContain('signal: saw null');
});

const parent = { workflowId: 'parent', signal: 'importFinished' };
const other = { workflowId: 'other', signal: 'importFinished' };

test.each<[unknown, { workflowId: string; signal: string }[]]>([
  [{}, []],
  [{ notify: null }, []],
  [{ notify: [] }, []],
  [{ notify: [null] }, []],
  [{ notify: [{}] }, [parent]],
  [{ notify: [{ workflowId: 'other' }] }, [other]],
  [{ notify: [{ signal: 'ended' }] }, [{ ...parent, signal: 'ended' }]],
  [{ notify: [7] }, [parent]],
  [{ notify: ['other'] }, [other, parent]],
  [{ notify: [{ workflowId: 7 }] }, [parent]],
  [{ notify: [{ workflowId: 7, signal: 'ended' }] }, [parent]],
  [{ notify: [{ signal: 7 }] }, [parent]],
  [{ notify: [{ workflow_id: 'other' }] }, [parent]],
  [{ notify: [{ workflowId: 'other', signal: 7 }] }, [other, parent]],
  [{ notify: [{ workflowId: 'other', more: 1 }, { workflowId: 'other' }] }, [other, parent]],
  [{ notify: [[]] }, [parent]],
  [{ notify: true }, [parent]],
  [{ notify: {} }, [parent]],
  [{ notify: { workflowId: 'other', signal: 'ended' } }, [{ ...other, signal: 'ended' }]],
  [{ notify: 'other' }, [other, parent]],
  ['(a payload of 300,000 bytes; at most 262,144 are read)', [parent]],
  [null, [parent]],
  [[{ teamId: 't' }], [parent]],
])('of the refused input %j it is notified: %j', (input, notified) => {
  expect(requestedSubscribers(input, 'parent')).toEqual(notified);
  const others = notified.filter(({ workflowId }) => workflowId !== 'parent');
  expect(requestedSubscribers(input, undefined)).toEqual(others);
});

test('of a refusal at most as many are notified as of an end', () => {
  const notify = Array.from({ length: 5000 }, (_, index) => ({ workflowId: `workflow-${index}` }));
  expect(requestedSubscribers({ notify }, undefined)).toHaveLength(maxSubscribers);
});

describe('webhooks', () => {
  const ops = { webhook: 'ops', problemAfterMs: null, expiringWithinMs: null };

  test('stand beside workflows, each name once, with what they ask for on the way', () => {
    const { subscribers, problems } = readSubscribers(
      [
        {},
        { webhook: 'ops' },
        { webhook: 'sales', problemAfter: '1h', expiringWithin: '1d' },
        { webhook: 'ops' },
      ],
      'parent',
    );
    expect(problems).toEqual([]);
    expect(subscribers).toEqual([
      { workflowId: 'parent', signal: 'importFinished' },
      ops,
      { webhook: 'sales', problemAfterMs: 3_600_000, expiringWithinMs: 86_400_000 },
    ]);
  });

  test('may join by a signal, but not in a run begun before they were known', () => {
    const { subscribers } = readSubscribers([], undefined);
    expect(subscribe(subscribers, { webhook: 'ops' })).toBeNull();
    expect(subscribe(subscribers, { webhook: 'ops', problemAfter: '1h' })).toBeNull();
    expect(subscribers).toEqual([ops]);
    expect(subscribe(subscribers, { webhook: 'sales' }, false)).toContain(
      'webhook: saw "sales", expected no such',
    );
    const notify = [{ webhook: 'ops' }, {}];
    expect(readSubscribers(notify, 'parent', { release02: false }).subscribers).toHaveLength(1);
    const read = checkInput(trackImportInputSchemaOf010, { teamId: 't', jobId: 'j', notify });
    expect(read).toMatchObject({ ok: false, problems: [{ field: 'notify[0].webhook' }] });
  });

  test('are handed on without the notices they have received', () => {
    const { subscribers } = readSubscribers(
      [{ webhook: 'ops', problemAfter: '90s', expiringWithin: '2h' }, { workflowId: 'other' }],
      undefined,
    );
    const [first] = subscribers;
    if (first === undefined || !('webhook' in first)) throw new Error('the first is no webhook');
    expect(readSubscribers(subscribers.map(notifyEntry), undefined).subscribers).toEqual(subscribers);
    first.problemAfterMs = null;
    expect(subscribers.map(notifyEntry)).toEqual([
      { webhook: 'ops', expiringWithin: '7200000ms' },
      { workflowId: 'other', signal: 'importFinished' },
    ]);
  });

  test.each([
    [{ webhook: 'a b' }, 'notify[0].webhook: saw "a b", expected a webhook\'s name'],
    [{ webhook: 'x'.repeat(65) }, 'notify[0].webhook'],
    [{ webhook: '../x' }, 'notify[0].webhook'],
    [{ webhook: 'ops', signal: 's' }, 'notify[0].signal: saw "s", expected no such field'],
    [{ webhook: 'ops', problemAfter: 'soon' }, 'notify[0].problemAfter: saw "soon", expected a'],
    [{ workflowId: 7 }, 'notify[0].workflowId: saw 7, expected a string of 1 to 1000 bytes'],
    [{ workflow: 'x' }, 'notify[0].workflow: saw "x", expected no such field'],
    [
      { url: 'https://somebody.example' },
      'notify[0].url: saw "https://somebody.example", expected no such field',
    ],
    [7, 'notify[0]: saw 7, expected an object with workflowId and signal, both optional, or with webhook'],
  ])('%j is refused by the field that is wrong', (entry, says) => {
    const checked = checkInput(trackImportInputSchema, { teamId: 't', jobId: 'j', notify: [entry] });
    expect(checked.ok ? '' : describeProblems(checked.problems)).toContain(says);
  });
});
