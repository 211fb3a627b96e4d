import { DefaultFailureConverter } from '@temporalio/common';

/** A global of the sandbox that says that failures are to be encoded: nothing of the environment is known in there. */
export const encodeFailuresGlobal = 'prismEncodeFailures';

/**
 * Temporal's default converter; where the worker has set {@link encodeFailuresGlobal}, it puts messages and stack
 * traces where payload codecs encode them. Where the SDK looks for it, by the bundle's option `failureConverterPath`.
 */
export const failureConverter = new DefaultFailureConverter({
  encodeCommonAttributes: encodeFailuresGlobal in globalThis,
});
