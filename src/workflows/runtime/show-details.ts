import { setCurrentDetails } from '@temporalio/workflow';
import { withDocsUrl } from '../../core/details/docs-links';

/** A global of the sandbox with the URL of the documents, since the sandbox cannot read the environment. */
export const docsUrlGlobal = 'prismDocsUrl';

/** Sets the workflow's details in the Temporal UI, with links to the documents if the worker knows their URL. */
export function showDetails(text: string): void {
  const docsUrl = (globalThis as Record<string, unknown>)[docsUrlGlobal];
  setCurrentDetails(typeof docsUrl === 'string' ? withDocsUrl(text, docsUrl) : text);
}
