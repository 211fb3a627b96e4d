import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { errorsByName } from './support/compile-examples';

const root = join(__dirname, '..', '..');

/** What callers import by name; the workflows of `prism-imports/workflows` are among them. */
const entries = {
  'prism-imports': 'src/entries/index.ts',
  'prism-imports/workflow': 'src/entries/workflow.ts',
  'prism-imports/workflows': 'src/entries/workflows.ts',
  'prism-imports/nexus': 'src/entries/nexus.ts',
  'prism-imports/testing': 'src/entries/testing.ts',
  'prism-emulator': 'emulator/src/index.ts',
};

/** What an example may use without declaring it. */
const surroundings = `
declare const teamId: string, jobId: string, submittedAt: string, workflowsPath: string;
declare const client: import('@temporalio/client').Client;
declare const tracker: import('@temporalio/client').WorkflowHandle;
declare const pipeline: import('@temporalio/client').WorkflowHandle;
declare const error: unknown;
declare const settings: object;
declare function runMyPipeline(connection: { baseUrl: string; apiKey: string }): Promise<void>;
`;

interface Documented {
  name: string;
  examples: string[];
}

/** The file that a module specifier of a file stands for. */
const fileOf = (specifier: string, from: string): string =>
  specifier === 'prism-emulator'
    ? join(root, entries['prism-emulator'])
    : ([`${specifier}.ts`, join(specifier, 'index.ts')]
        .map((path) => join(dirname(from), path))
        .find((path) => existsSync(path)) ?? '');

/** The values that a file exports: each with the examples of its docblock. Types are left out. */
function exportedValues(file: string): Documented[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2023, true);
  return source.statements.flatMap((statement): Documented[] => {
    if (ts.isExportDeclaration(statement)) return reExported(statement, file);
    if (!ts.canHaveModifiers(statement)) return [];
    if (!ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return [];
    if (ts.isVariableStatement(statement))
      return statement.declarationList.declarations.map((each) => documented(each.name.getText(), each));
    if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement))
      return [documented(statement.name?.text ?? '', statement)];
    return [];
  });
}

function reExported({ isTypeOnly, moduleSpecifier, exportClause }: ts.ExportDeclaration, from: string) {
  if (isTypeOnly || moduleSpecifier === undefined || !ts.isStringLiteral(moduleSpecifier)) return [];
  const values = exportedValues(fileOf(moduleSpecifier.text, from));
  if (exportClause === undefined || !ts.isNamedExports(exportClause)) return values;
  const names = exportClause.elements.filter((each) => !each.isTypeOnly).map(({ name }) => name.text);
  return values.filter(({ name }) => names.includes(name));
}

function documented(name: string, declaration: ts.Node): Documented {
  const tags = ts.getJSDocTags(declaration).filter(({ tagName }) => tagName.text === 'example');
  return { name, examples: tags.map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? '') };
}

const values = Object.entries(entries).flatMap(([entry, file]) =>
  exportedValues(join(root, file)).map(({ name, examples }) => ({ name: `${name} of ${entry}`, examples })),
);
const texts = values.flatMap(({ name, examples }) =>
  examples.map((example) => ({ name, text: `${surroundings}\n${example}\nexport {};\n` })),
);
const wrong = {
  name: 'wrong',
  text: `import { trackImport } from 'prism-imports/workflow';\nawait trackImport({ team: 't' });\n`,
};

let errors = new Map<string, string[]>();
beforeAll(() => {
  errors = errorsByName([...texts, wrong]);
});

test.each(values)('$name has an example', ({ examples }) => {
  expect(examples.join('').length).toBeGreaterThan(20);
});

test.each(texts)('the example of $name is correct TypeScript', ({ name }) => {
  expect(errors.get(name)).toEqual([]);
});

test('every entry exports values, and a wrong example would be seen', () => {
  for (const entry of Object.keys(entries))
    expect(values.map(({ name }) => name.split(' of ')[1])).toContain(entry);
  expect(errors.get('wrong')?.join()).toContain('team');
});
