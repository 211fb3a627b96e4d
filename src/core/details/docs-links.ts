/** The text with its pages of `docs/` as links to where the documents are: a URL without a slash at its end. */
export const withDocsUrl = (text: string, docsUrl: string): string =>
  text.replaceAll(/(?<![\w/])docs\/(?=[a-z-]+\.md)/g, `${docsUrl}/`);
