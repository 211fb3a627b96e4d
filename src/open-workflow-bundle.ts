import { readFile } from 'node:fs/promises';
import type { WorkflowBundleOption } from '@temporalio/worker';
import { encodeFailuresGlobal } from './workflows/runtime/failure-converter';

/** The bundle in a file, whose workflows encode their failures or do not. Rejects when the file cannot be read. */
export async function openWorkflowBundle(
  codePath: string,
  { encodeFailures }: { encodeFailures: boolean },
): Promise<WorkflowBundleOption> {
  if (!encodeFailures) return { codePath };
  // Without a line of its own, so that lines in stack traces stay right.
  return { code: `globalThis.${encodeFailuresGlobal}=true;${await readFile(codePath, 'utf8')}` };
}
