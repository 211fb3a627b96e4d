import { readFile } from 'node:fs/promises';
import type { WorkflowBundleOption } from '@temporalio/worker';
import { encodeFailuresGlobal } from './workflows/runtime/failure-converter';
import { docsUrlGlobal } from './workflows/runtime/show-details';

/** The worker's settings that workflows need. */
export interface SandboxSettings {
  /** Whether workflows encode their failures. */
  encodeFailures: boolean;
  /** The URL of the documents; null leaves their file names in texts. */
  docsUrl: string | null;
}

/** Opens the bundle in a file and gives its workflows these settings. Rejects if the file cannot be read. */
export async function openWorkflowBundle(
  codePath: string,
  { encodeFailures, docsUrl }: SandboxSettings,
): Promise<WorkflowBundleOption> {
  const globals = (encodeFailures ? `globalThis.${encodeFailuresGlobal}=true;` : '') + docsUrlScript(docsUrl);
  // On the same line as the bundle's first, so that line numbers in stack traces stay right.
  return globals === '' ? { codePath } : { code: globals + (await readFile(codePath, 'utf8')) };
}

/** Code before a bundle that gives its workflows the URL of the documents; empty for null. */
export const docsUrlScript = (docsUrl: string | null): string =>
  docsUrl === null ? '' : `globalThis.${docsUrlGlobal}=${JSON.stringify(docsUrl)};`;
