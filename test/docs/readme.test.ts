import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { whatNext } from '../../src/cli/what-next';
import type { DemoSite } from '../../src/dev/demo';

const root = join(__dirname, '..', '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
/** For those who work on the project: README names them, and the npm package leaves them out. */
const inRepositoryAlone = ['pictures.md', 'releasing.md'];

test('the README can be read at one sitting', () => {
  expect(readme.split('\n').length).toBeLessThanOrEqual(151);
});

test('the README leads to every page of the documents', () => {
  const pages = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
  const missing = pages.filter((page) => !readme.includes(`](docs/${page})`));
  expect(missing.sort()).toEqual(inRepositoryAlone);
});

test.each(['callers', 'cli', 'importing', 'tracking'])('docs/%s.md leads to every page below it', (name) => {
  const page = readFileSync(join(root, 'docs', `${name}.md`), 'utf8');
  const folder = join(root, 'docs', name);
  const below = readdirSync(folder);
  expect(below.length).toBeGreaterThan(2);
  expect(below.filter((each) => !page.includes(`](${name}/${each}`))).toEqual([]);
});

test('the picture of the README shows what npm start prints at its end', () => {
  const picture = readFileSync(join(root, 'docs', 'npm-start.svg'), 'utf8');
  const site: Pick<DemoSite, 'folder' | 'programs' | 'workerPid'> & { temporal: object; emulator: object } = {
    folder: '/tmp/demo',
    programs: { prismImports: '/tmp/demo/prism-imports', temporal: '/tmp/demo/temporal' },
    temporal: {},
    emulator: {},
    workerPid: () => 1,
  };
  const [, ...lines] = whatNext(site as DemoSite, 'prism-records-1');
  const titles = lines.filter((line) => line !== '' && !line.startsWith(' '));
  expect(titles.length).toBeGreaterThan(4);
  for (const title of titles) expect(picture).toContain(`>${title}</tspan>`);
});
