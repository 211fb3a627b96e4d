import type { BundleOptions } from '@temporalio/worker';

/** What our workflows need in a bundle, also beside those of others, which notice nothing of it. */
export const workflowInterceptorModules = [
  require.resolve('./workflows/runtime/bounded-messages'),
  require.resolve('./workflows/runtime/trace-context'),
];

/** A text that is in a bundle's code just when {@link workflowInterceptorModules} are. */
export const bundleMark = 'ignored-signal-';

/**
 * What is to be preloaded: otherwise every workflow runs the whole of zod anew; seeing that again and again, V8
 * optimizes it, for which it takes 400 MB.
 */
export const preloadModules = [require.resolve('./workflows/runtime/preload')];

/**
 * How workflows are bundled, for the SDK's `bundleWorkflowCode`: those of the product, or others that are to run like
 * them. `workflowsPath` is the module that exports them; default: the product's.
 */
export function bundleOptions(workflowsPath: string = require.resolve('./workflows')) {
  return {
    workflowsPath,
    preloadModules,
    failureConverterPath: require.resolve('./workflows/runtime/failure-converter'),
    payloadConverterPath: require.resolve('./workflows/runtime/payload-converter'),
    workflowInterceptorModules,
  } satisfies BundleOptions;
}
