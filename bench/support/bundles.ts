import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { bundleOptions } from '../../src/bundle-options';

const productBundle = join(__dirname, '..', '..', 'dist', 'workflow-bundle.js');

/** Returns the path of the bundle that contains a workflow. */
export type BundleOf = (workflow: string) => string;

/**
 * Writes a bundle of the workflows that the tracker is compared with into a folder, built like ours. The tracker itself
 * comes from our built bundle.
 */
export async function writeBundles(folder: string): Promise<BundleOf> {
  const logger = new DefaultLogger('ERROR');
  const { code } = await bundleWorkflowCode({ ...bundleOptions(require.resolve('./workflows')), logger });
  const compared = join(folder, 'compared-bundle.js');
  writeFileSync(compared, code);
  return (workflow) => (workflow === 'trackImport' ? productBundle : compared);
}
