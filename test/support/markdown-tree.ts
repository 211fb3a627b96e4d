import { parsers } from 'prettier/plugins/markdown';

interface Node {
  type: string;
  children?: Node[];
}

/** The kinds of Markdown nodes in a text, nested but without their content. Adjacent texts count as one. */
export async function markdownTree(text: string): Promise<string> {
  const root: unknown = await parsers.markdown.parse(text, { originalText: text } as never);
  return shapeOf(root as Node);
}

function shapeOf({ type, children }: Node): string {
  return children === undefined ? type : `${type}(${children.map(shapeOf).join(' ')})`;
}
