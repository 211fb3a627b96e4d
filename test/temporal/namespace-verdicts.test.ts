import { retentionFix, searchAttributesVerdict } from '../../src/temporal/namespace-verdicts';

const at = { address: 'temporal.test:7233', namespace: 'imports' };
const target = '--address temporal.test:7233 --namespace imports';
const state = (name: string, found: string | null) => ({ name, expected: 'Keyword', found });

test.each([
  [0, null],
  [8 * 86_400, null],
  [8 * 86_400 - 1, `temporal operator namespace update ${target} --retention 8d`],
])('a retention of %d s is put right by %s', (seconds, fix) => {
  expect(retentionFix(seconds, at)).toBe(fix);
});

test('all search attributes of their types are usable', () => {
  expect(searchAttributesVerdict([state('A', 'Keyword')], at)).toEqual({ verdict: 'usable' });
});

test('the missing ones are named, with the command that creates them', () => {
  expect(searchAttributesVerdict([state('A', null), state('B', 'Keyword'), state('C', null)], at)).toEqual({
    verdict: 'missing',
    names: ['A', 'C'],
    createCommand: `temporal operator search-attribute create ${target} --name A --type Keyword --name C --type Keyword`,
  });
});

test('one of another type counts before one that is missing', () => {
  expect(searchAttributesVerdict([state('A', null), state('B', 'Text')], at)).toEqual({
    verdict: 'wrong_type',
    seen: 'B is Text, expected Keyword',
    removeCommand: `temporal operator search-attribute remove ${target} --name B`,
  });
});
