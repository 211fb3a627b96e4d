import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { endStatuses } from '../../src/core/tracker/end-statuses';

const root = join(__dirname, '..', '..');
const java = 'examples/java/src/main/java/example/contract/ImportEnd.java';

/** Where a language lists the statuses by which an import ends, and how one is written there. */
const lists = [
  { file: 'examples/go/prism/outcome.go', listed: /^\t\w+ +Status = .*$/gm, status: /"(\w+)"/g },
  { file: java, listed: /^ *@Type\(.*$/gm, status: /"(\w+)"/g },
  { file: 'docs/callers/java.md', listed: /^\| `\w+`[^|]*\| `[A-Z]/gm, status: /`([a-z_]+)`/g },
  { file: 'docs/callers/python.md', listed: /^\| `(?!status`)\w+`[^|]*\|/gm, status: /`(\w+)`/g },
  { file: 'examples/python/prism_imports.py', listed: /^ +# [a-z_]+(?:, \w+)+/gm, status: /\w+/g },
];

test.each(lists)(
  '$file has the statuses of outcomes and signals, and no others',
  ({ file, listed, status }) => {
    const text = readFileSync(join(root, file), 'utf8');
    const found = [...text.matchAll(listed)].flatMap(([line]) =>
      [...line.matchAll(status)].map(([word, name = word]) => name),
    );
    expect(new Set(found)).toEqual(new Set(Object.keys(endStatuses)));
  },
);
