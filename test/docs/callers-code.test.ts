import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');
/** Pages and folders whose code is that of the example of the same name, by language of the blocks. */
const pages = [
  { page: 'go', languages: ['go'], files: /\.go$/ },
  { page: 'typescript', languages: ['ts'], files: /\.ts$/ },
  { page: 'java', languages: ['java', 'xml'], files: /\.(java|xml)$/ },
  { page: 'python', languages: ['python'], files: /\.py$/ },
];

/** Without indentation, since a page shows what stands deeper in a class. */
const lines = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .join('\n')
    .trim();

test.each(pages)(
  'the code in docs/callers for $page is that of its example',
  ({ page, languages, files }) => {
    const example = join(root, 'examples', page);
    const sources = readdirSync(example, { recursive: true, encoding: 'utf8' })
      .filter((file) => files.test(file))
      .map((file) => lines(readFileSync(join(example, file), 'utf8')));
    const callers = join(root, 'docs', 'callers');
    const further = readdirSync(join(callers, page)).map((name) => join(page, name));
    const text = [`${page}.md`, ...further]
      .map((name) => readFileSync(join(callers, name), 'utf8'))
      .join('\n');
    const blocks = [...text.matchAll(/^ *```(\w+)\n(.*?)^ *```$/gms)]
      .filter(([, language = '']) => languages.includes(language))
      .map(([, , code = '']) => lines(code));
    expect(blocks.length).toBeGreaterThan(0);
    expect(blocks.filter((block) => !sources.some((source) => source.includes(block)))).toEqual([]);
  },
);
