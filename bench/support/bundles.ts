import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { bundleOptions } from '../../src/bundle-options';

const productBundle = join(__dirname, '..', '..', 'dist', 'workflow-bundle.js');

/** Gives the path of the bundle that has a workflow. */
export type BundleOf = (workflow: string) => string;

/**
 * Puts a bundle of the workflows that the tracker is compared with into a folder, made as the product's is. The tracker
 * itself is in the product's own, as it was built.
 */
export async function writeBundles(folder: string): Promise<BundleOf> {
  const logger = new DefaultLogger('ERROR');
  const { code } = await bundleWorkflowCode({ ...bundleOptions(require.resolve('./workflows')), logger });
  const compared = join(folder, 'compared-bundle.js');
  writeFileSync(compared, code);
  return (workflow) => (workflow === 'trackImport' ? productBundle : compared);
}
