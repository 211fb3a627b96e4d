import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { titlesOf } from './support/test-titles';

const root = join(__dirname, '..', '..');
const folders = ['test/interop', 'test/examples', 'test/nexus', 'test/codec'];

interface Cell {
  row: string;
  language: string;
  text: string;
}

/** The cells of the table below this heading, without those that name rows and columns. */
function cellsBelow(page: string, heading: string): Cell[] {
  const [, section = ''] = page.split(`\n${heading}\n`);
  const [[, ...languages] = [], , ...rows] = [...section.split('\n## ')[0]!.matchAll(/^\|(.*)\|$/gm)].map(
    ([, line = '']) => line.split('|').map((text) => text.trim()),
  );
  return rows.flatMap(([row = '', ...texts]) =>
    texts.map((text, index) => ({ row, language: languages[index] ?? '', text })),
  );
}

const cells = cellsBelow(readFileSync(join(root, 'docs', 'callers.md'), 'utf8'), '## What the tests run');
const ran = cells.filter(({ text }) => text !== '–');

test('the page has all ways of calling, for all languages', () => {
  expect(new Set(cells.map(({ language }) => language))).toEqual(
    new Set(['TypeScript', 'Go', 'Java', 'Python']),
  );
  expect(cells).toHaveLength(4 * 10);
});

test.each(ran)('the test that $language in the row "$row" names is there', ({ text }) => {
  const [, name = '', title = ''] = /^`([\w.-]+)`: (.+)$/.exec(text) ?? [];
  const files = folders.map((folder) => join(root, folder, `${name}.test.ts`)).filter(existsSync);
  expect(files).toHaveLength(1);
  expect(titlesOf(readFileSync(files[0] ?? '', 'utf8'))).toContain(title);
});

test('a title counts when its test runs', () => {
  const source = `
    test('one', () => {});
    test.each([{ title: 'two' }, { title: 'three' }] as const)('$title', () => {});
    test.skip('four', () => {});
    test.each(['five'])('%s six', () => {});
    // test('seven', () => {});
  `;
  expect(titlesOf(source)).toEqual(['one', 'two', 'three', '%s six']);
});
