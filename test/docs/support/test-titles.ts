import ts from 'typescript';

/** The titles of the tests of a file that run; `$title` of a table stands for the field `title` of each of its rows. */
export function titlesOf(source: string): string[] {
  const titles: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) titles.push(...titlesOfCall(node));
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('titles.ts', source, ts.ScriptTarget.Latest));
  return titles;
}

function titlesOfCall({ expression, arguments: [first] }: ts.CallExpression): string[] {
  if (first === undefined || !ts.isStringLiteralLike(first)) return [];
  if (ts.isIdentifier(expression)) return expression.text === 'test' ? [first.text] : [];
  if (!ts.isCallExpression(expression) || !isTestEach(expression.expression)) return [];
  if (first.text !== '$title') return [first.text];
  return expression.arguments.flatMap(titleFields);
}

const isTestEach = (node: ts.Expression): boolean =>
  ts.isPropertyAccessExpression(node) &&
  node.name.text === 'each' &&
  ts.isIdentifier(node.expression) &&
  node.expression.text === 'test';

function titleFields(node: ts.Node): string[] {
  const titles: string[] = [];
  const visit = (inner: ts.Node): void => {
    if (ts.isPropertyAssignment(inner) && isTitle(inner)) titles.push(inner.initializer.text);
    ts.forEachChild(inner, visit);
  };
  visit(node);
  return titles;
}

const isTitle = (
  field: ts.PropertyAssignment,
): field is ts.PropertyAssignment & { initializer: ts.StringLiteralLike } =>
  ts.isIdentifier(field.name) && field.name.text === 'title' && ts.isStringLiteralLike(field.initializer);
