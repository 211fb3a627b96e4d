import type { BundleOptions } from '@temporalio/worker';

/** Interceptors that our workflows need in a bundle. They do not affect other workflows in it. */
export const workflowInterceptorModules = [
  require.resolve('./workflows/runtime/bounded-messages'),
  require.resolve('./workflows/runtime/trace-context'),
];

/** A text that a bundle's code contains exactly if {@link workflowInterceptorModules} are in it. */
export const bundleMark = 'ignored-signal-';

/**
 * Preloads zod. Otherwise every workflow runs all of zod again, and V8 takes 400 MB to optimize what it sees so often.
 */
export const preloadModules = [require.resolve('./workflows/runtime/preload')];

/**
 * Options for the SDK's `bundleWorkflowCode`. `workflowsPath` is the module that exports the workflows; default: ours.
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
