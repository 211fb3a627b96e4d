import { withDocsUrl } from '../../core/details/docs-links';
import { folderUrlPattern } from '../links';

/**
 * The text with the documents that it names as links to where `PRISM_DOCS_URL` says they are. Without it, or where it
 * is no such URL, the names stay: they are those of files in the package. Loads no schema, so that help may use it.
 */
export function withDocsLinks(
  text: string,
  { PRISM_DOCS_URL: url = '' }: Record<string, string | undefined> = process.env,
): string {
  return folderUrlPattern.test(url) ? withDocsUrl(text, url.replace(/\/+$/, '')) : text;
}
