import { withDocsUrl } from '../../core/details/docs-links';
import { folderUrlPattern } from '../links';

/**
 * Replaces the names of documents in a text by links below `PRISM_DOCS_URL`. Without a valid URL, the names stay; they
 * are files in the package. Loads no schema, so that help can use it.
 */
export function withDocsLinks(
  text: string,
  { PRISM_DOCS_URL: url = '' }: Record<string, string | undefined> = process.env,
): string {
  return folderUrlPattern.test(url) ? withDocsUrl(text, url.replace(/\/+$/, '')) : text;
}
