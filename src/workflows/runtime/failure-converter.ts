import { DefaultFailureConverter } from '@temporalio/common';

/** A global of the sandbox that says whether to encode failures, since the sandbox cannot read the environment. */
export const encodeFailuresGlobal = 'prismEncodeFailures';

/**
 * Temporal's default converter. If the worker has set {@link encodeFailuresGlobal}, it moves messages and stack traces
 * to where payload codecs encode them. The SDK finds it by the bundle's option `failureConverterPath`.
 */
export const failureConverter = new DefaultFailureConverter({
  encodeCommonAttributes: encodeFailuresGlobal in globalThis,
});
