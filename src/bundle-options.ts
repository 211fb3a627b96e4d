import type { BundleOptions } from '@temporalio/worker';

/**
 * How workflows are bundled, for the SDK's `bundleWorkflowCode`: those of the product, or others that are to run like
 * them. `workflowsPath` is the module that exports them; default: the product's.
 */
export function bundleOptions(workflowsPath: string = require.resolve('./workflows')) {
  return {
    workflowsPath,
    // Otherwise every workflow runs the whole of zod anew; seeing that again and again, V8 optimizes it, for which it
    // takes 400 MB.
    preloadModules: [require.resolve('./workflows/runtime/preload')],
    failureConverterPath: require.resolve('./workflows/runtime/failure-converter'),
    payloadConverterPath: require.resolve('./workflows/runtime/payload-converter'),
    workflowInterceptorModules: [
      require.resolve('./workflows/runtime/bounded-messages'),
      require.resolve('./workflows/runtime/trace-context'),
    ],
  } satisfies BundleOptions;
}
