import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const root = join(__dirname, '..', '..');
/** This folder and those below it. */
function foldersBelow(folder: string): string[] {
  const below = readdirSync(join(root, folder), { withFileTypes: true, recursive: true });
  const folders = below.filter((entry) => entry.isDirectory());
  return [folder, ...folders.map(({ parentPath, name }) => relative(root, join(parentPath, name)))];
}

const pages = [
  '.',
  ...foldersBelow('docs'),
  'emulator',
  'examples/go',
  'examples/java',
  'examples/jest',
  'examples/python',
  'examples/typescript',
]
  .flatMap((folder) => readdirSync(join(root, folder)).map((name) => join(folder, name)))
  .filter((file) => file.endsWith('.md'));

const textOf = (page: string) => readFileSync(join(root, page), 'utf8').replace(/^ *```.*?^ *```$/gms, '');
/** The anchors of a page, as GitHub makes them of its headings. */
const anchorsOf = (page: string) =>
  [...textOf(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

test.each(pages)('every link of %s leads somewhere', (page) => {
  const links = [...textOf(page).matchAll(/\]\((?!https?:)([^)\s]*)\)/g)].map(([, link = '']) => link);
  const broken = links.filter((link) => {
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? page : join(dirname(page), path);
    if (!existsSync(join(root, target))) return true;
    return anchor !== undefined && !anchorsOf(target).includes(anchor);
  });
  expect(broken).toEqual([]);
});

test.each(pages)('every file of ours that %s names is there', (page) => {
  const named = [...textOf(page).matchAll(/`((?:src|test|scripts|bench|emulator)\/[\w./-]+)`/g)];
  expect(named.map(([, path = '']) => path).filter((path) => !existsSync(join(root, path)))).toEqual([]);
});
