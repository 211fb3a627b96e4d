import { setCurrentDetails } from '@temporalio/workflow';
import { withDocsUrl } from '../../core/details/docs-links';

/** A global of the sandbox that says where the documents are: nothing of the environment is known in there. */
export const docsUrlGlobal = 'prismDocsUrl';

/** Sets what the Temporal UI shows of the workflow, with links to the documents where the worker knows of them. */
export function showDetails(text: string): void {
  const docsUrl = (globalThis as Record<string, unknown>)[docsUrlGlobal];
  setCurrentDetails(typeof docsUrl === 'string' ? withDocsUrl(text, docsUrl) : text);
}
