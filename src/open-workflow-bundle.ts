import { readFile } from 'node:fs/promises';
import type { WorkflowBundleOption } from '@temporalio/worker';
import { encodeFailuresGlobal } from './workflows/runtime/failure-converter';
import { docsUrlGlobal } from './workflows/runtime/show-details';

/** What workflows are told of the worker's settings. */
export interface SandboxSettings {
  /** Whether they encode their failures. */
  encodeFailures: boolean;
  /** Where the documents are, a URL; null leaves their names in texts as they are. */
  docsUrl: string | null;
}

/** The bundle in a file, whose workflows know these settings. Rejects when the file cannot be read. */
export async function openWorkflowBundle(
  codePath: string,
  { encodeFailures, docsUrl }: SandboxSettings,
): Promise<WorkflowBundleOption> {
  const globals = (encodeFailures ? `globalThis.${encodeFailuresGlobal}=true;` : '') + tellDocsUrl(docsUrl);
  // Without a line of their own, so that lines in stack traces stay right.
  return globals === '' ? { codePath } : { code: globals + (await readFile(codePath, 'utf8')) };
}

/** Code before that of a bundle which tells its workflows where the documents are; none for null. */
export const tellDocsUrl = (docsUrl: string | null): string =>
  docsUrl === null ? '' : `globalThis.${docsUrlGlobal}=${JSON.stringify(docsUrl)};`;
