import fc from '../../support/properties';
import { progressLine } from '../../../src/cli/terminal/progress-line';
import { renderTable } from '../../../src/cli/terminal/table';
import { displayWidth } from '../../../src/cli/terminal/terminal';
import { rowsOf } from '../support/terminal-rows';

const facts = { processed: 400, total: 1000, text: 'processing, poll 3', left: 'about 3 min left' };

test.each([
  [
    100,
    ` ${'█'.repeat(10)}${'░'.repeat(14)} 40 % | 400 of 1000 rows | about 3 min left | processing, poll 3`,
  ],
  [77, ` ${'█'.repeat(4)}${'░'.repeat(6)} 40 % | 400 of 1000 rows | about 3 min left | processing, poll 3`],
  [60, ` ${'█'.repeat(4)}${'░'.repeat(6)} 40 % | about 3 min left | processing, poll 3`],
  [39, ` ${'█'.repeat(4)}${'░'.repeat(6)} 40 % | processing, poll 3`],
  [28, ` ${'█'.repeat(4)}${'░'.repeat(6)} 40 % | processi…`],
])('at %i columns the bar keeps what matters most', (width, line) => {
  expect(progressLine(facts, width)).toBe(line);
});

test('without a total there is no bar', () => {
  expect(progressLine({ ...facts, processed: null, total: null }, 80)).toBe(' processing, poll 3');
});

test('whatever is reported, a bar is one line that fits and commands nothing', () => {
  const count = fc.option(fc.integer({ min: -5, max: 2000 }));
  fc.assert(
    fc.property(
      count,
      count,
      fc.string({ unit: 'binary' }),
      fc.string(),
      fc.integer({ min: 1, max: 120 }),
      (processed, total, text, left, width) => {
        const line = progressLine({ processed, total, text, left: left.replace(/[^ -~]/g, '') }, width);
        expect(displayWidth(line)).toBeLessThanOrEqual(width);
        expect(line).not.toMatch(/[\p{Cc}\n]/u);
      },
    ),
  );
});

test.each(['处理中'.repeat(30), '🚀'.repeat(60), 'e\u0301'.repeat(90)])(
  'a real terminal keeps a bar with %j on one row',
  async (text) => {
    expect(await rowsOf(progressLine({ ...facts, text }, 40), 40)).toBe(1);
  },
);

test('a real terminal keeps each line of a table with wide letters on a row', async () => {
  const text = renderTable(['Status', 'Team', 'Job'], [['processing', '漢'.repeat(20), 'b'.repeat(36)]], {
    width: 40,
    whole: [0],
  });
  expect(await rowsOf(text, 40)).toBe(3);
});

test('a table fits when its columns can be cut, and never cuts what must stay whole', () => {
  const lines = renderTable(['Status', 'Team', 'Job'], [['processing', 'a-long-team-id', 'b'.repeat(36)]], {
    width: 40,
    whole: [0],
  }).split('\n');
  for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(40);
  expect(lines[2]).toMatch(/^processing {2}\S+… {2}b+…$|^processing {2}a-long-team-id {2}b+…$/);
});

test('what a cell holds cannot command the terminal or break the line', () => {
  expect(renderTable(['Job'], [['a\u001b[2Jb\nc\td']])).toBe(`Job\n${'─'.repeat(10)}\na\ufffd[2Jb c d`);
});
