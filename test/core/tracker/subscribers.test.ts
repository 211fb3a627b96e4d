import { maxSubscribers, readSubscribers, subscribe } from '../../../src/core/tracker/subscribers';

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
