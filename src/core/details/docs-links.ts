/**
 * Returns the text with its references to pages in `docs/` as links below `docsUrl`, a URL without a trailing slash.
 */
export const withDocsUrl = (text: string, docsUrl: string): string =>
  text.replaceAll(/(?<![\w/])docs\/(?=[a-z-]+\.md)/g, `${docsUrl}/`);
