import fc from '../../support/properties';
import {
  bar,
  code,
  count,
  counted,
  moment,
  percent,
  rowsPerSecondText,
} from '../../../src/core/details/markdown';
import { markdownTree } from '../../support/markdown-tree';

test.each([
  { text: 'imp-1', shown: '`imp-1`' },
  { text: 'a `b` | c\r\n\u0000d', shown: "`a 'b' ¦ c d`" },
  { text: '\u202egnp.exe \ud83d', shown: '`gnp.exe`' },
  { text: '{workflowId} of {namespace} in {other}', shown: '`(workflowId) of (namespace) in {other}`' },
  { text: ' \n', shown: '–' },
  { text: '', shown: '–' },
])('a foreign text $text is shown as $shown', ({ text, shown }) => {
  expect(code(text)).toBe(shown);
});

test('a foreign text that is too long for a URL is cut between two characters', () => {
  expect(code('€'.repeat(10), 30)).toBe('`€€€…`');
  expect(code('a'.repeat(10), 10)).toBe('`aaaaaaaaaa`');
});

test('no foreign text is more than one code span, wherever it stands', async () => {
  const expected = await markdownTree(`**${code('x')}**: ${code('x')}\n\n| a |\n| :--- |\n| ${code('x')} |`);
  await fc.assert(
    fc.asyncProperty(
      hostile.filter((text) => code(text) !== '–'),
      async (text) => {
        const foreign = code(text);
        const page = `**${foreign}**: ${foreign}\n\n| a |\n| :--- |\n| ${foreign} |`;
        expect(await markdownTree(page)).toBe(expected);
      },
    ),
    { numRuns: 300 },
  );
});

const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '`',
        '``',
        '|',
        '\\',
        '\n',
        '\n\n',
        '# ',
        '- ',
        '](http://x.example)',
        '![',
        '[',
        '<img src=x>',
      ),
      fc.constantFrom(
        '**',
        '_',
        '~~',
        '$',
        '{workflowId}',
        '<!--',
        '&lt;',
        '\ud800',
        '\u2028',
        'http://x.example',
      ),
      fc.string({ unit: 'binary', maxLength: 5 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

test('numbers and moments are written for people', () => {
  expect([0, 999, 1000, 10_251, 1_234_567].map(count)).toEqual(['0', '999', '1,000', '10,251', '1,234,567']);
  expect([counted(1, 'row'), counted(1000, 'row')]).toEqual(['1 row', '1,000 rows']);
  expect([0.0123, 1.5, 45.67, 1492.5].map(rowsPerSecondText)).toEqual([
    '0.0123 rows/s',
    '1.5 rows/s',
    '45.7 rows/s',
    '1,493 rows/s',
  ]);
  expect(moment('2026-11-24T01:52:34.442Z')).toBe('2026-11-24 01:52:34 UTC');
  expect(moment('soon')).toBe('–');
  expect(percent(0.999)).toBe('99 %');
  expect(bar(0.4)).toBe('████████░░░░░░░░░░░░');
});
