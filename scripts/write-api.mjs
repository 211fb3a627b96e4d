// Writes what each entry of the package exports, with all types that this needs: `npm run api` writes api/. Changes of
// the public API show there; test/package/api.test.ts fails until they do. Accepts another folder as argument.
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));
const reportFolder = resolve(process.argv[2] ?? join(root, 'api'));
const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const entries = Object.values(exports).flatMap(({ types }) => types ?? []);

/** Writes the report of one entry, named by its file of types. */
function writeReport(types, reportTempFolder) {
  const config = ExtractorConfig.prepare({
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: join(root, types),
      compiler: { tsconfigFilePath: join(root, 'tsconfig.build.json') },
      apiReport: {
        enabled: true,
        reportFileName: `${basename(types, '.d.ts')}.api.md`,
        reportFolder,
        reportTempFolder,
        includeForgottenExports: true,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      newlineKind: 'lf',
    },
    packageJsonFullPath: join(root, 'package.json'),
  });
  const { errorCount } = Extractor.invoke(config, {
    localBuild: true,
    // Ignores its findings about docblocks, because it knows only its own dialect.
    messageCallback: (message) => (message.handled = message.logLevel !== 'error'),
  });
  const written = config.reportFilePath;
  writeFileSync(written, inFixedOrder(readFileSync(written, 'utf8')));
  if (errorCount > 0) throw new Error(`The API of ${types} could not be written; see above.`);
}

/**
 * The report with the members of unions, object types and enums sorted. The compiler orders inferred ones by when it
 * met them, which other code or an earlier build may change.
 */
function inFixedOrder(report) {
  return report.replace(/(?<=```ts\n).*(?=```)/s, (code) => {
    const file = ts.createSourceFile('report.ts', code, ts.ScriptTarget.Latest);
    return `${render(file, file)}${code.slice(file.statements.end)}`;
  });
}

/** The text of a node, including leading comments. */
function render(node, file) {
  const parts = [];
  ts.forEachChild(node, (child) => {
    if (child.kind !== ts.SyntaxKind.EndOfFileToken) parts.push([child, render(child, file)]);
  });
  const text = file.text;
  if (parts.length === 0) return text.slice(node.pos, node.end);
  if (ts.isUnionTypeNode(node)) {
    const members = parts.map(([, part]) => part.trim()).sort(byText);
    return `${text[node.pos] === ' ' ? ' ' : ''}${members.join(' | ')}`;
  }
  if (ts.isTypeLiteralNode(node)) parts.splice(0, parts.length, ...sortedInPlace(parts));
  if (ts.isEnumDeclaration(node)) {
    const first = parts.findIndex(([part]) => ts.isEnumMember(part));
    parts.push(...sortedInPlace(parts.splice(first)));
  }
  let rendered = '';
  let from = node.pos;
  for (const [child, part] of parts) {
    rendered += text.slice(from, child.pos) + part;
    from = child.end;
  }
  return rendered + text.slice(from, node.end);
}

/** Sorts by text, with optional members last, as people write them. */
function byText(a, b) {
  const isNothing = (text) => Number(/^(?:null|undefined)$/.test(text));
  return isNothing(a) - isNothing(b) || (a < b ? -1 : Number(a > b));
}

/** Sorts the texts among their places. */
function sortedInPlace(parts) {
  const texts = parts.map(([, part]) => part).sort(byText);
  return parts.map(([node], index) => [node, texts[index]]);
}

const temporary = mkdtempSync(join(tmpdir(), 'prism-api-'));
try {
  mkdirSync(reportFolder, { recursive: true });
  for (const types of entries) writeReport(types, temporary);
} finally {
  rmSync(temporary, { recursive: true });
}
