import { requestsLines, type CountedPolls } from '../../../src/cli/requests/requests-text';

const month = { spent: { unknown: 'not set', address: null }, requestsPerMonth: 1000 };
const polls = (last: number, withProgress: number, withoutProgress: number) => ({
  ...{ last, withProgress, withoutProgress },
});
const counted = (imports: number, changes: Partial<CountedPolls> = {}): CountedPolls => ({
  ...{ imports, made: 0, inAll: polls(3, 3, 113), thisMonth: polls(0, 2, 30) },
  ...{ inTrouble: { imports: 0, polls: 0 }, more: false },
  ...changes,
});

test.each<[string, CountedPolls, string[]]>([
  [
    'one import, whose last polls come next month',
    counted(1),
    [
      'Polls still needed by 1 open import: about 3 if it reports progress, up to 113 if not, ' +
        'including 3 reserved as a last chance to save its result.',
      'This month: about 2 to 30.',
    ],
  ],
  [
    'imports that all need no more than what is reserved, all this month',
    counted(2, { inAll: polls(4, 4, 4), thisMonth: polls(4, 4, 4) }),
    [
      'Polls still needed by 2 open imports: 4, all reserved as a last chance to save their results.',
      'This month: all of them.',
    ],
  ],
  [
    'more imports than are counted, some of them in trouble',
    counted(10_000, { inTrouble: { imports: 1, polls: 40 }, more: true }),
    [
      'Polls still needed by the first 10,000 open imports: about 3 if they report progress, up to 113 if not, ' +
        'including 3 reserved as a last chance to save their results.',
      'In trouble: 40 of them go to 1 import in trouble if that lasts.',
      'This month: about 2 to 30.',
    ],
  ],
  ['no import', counted(0), []],
])('the polls that are still needed, in plain lines: %s', (_, wanted, lines) => {
  expect(requestsLines(wanted, month)).toEqual(lines);
});
