import { DefaultFailureConverter } from '@temporalio/common';

/**
 * Moves messages and stack traces of failures to where payload codecs encode them. "Encoded failure" and the failure's
 * type stay readable. The SDK finds it by the option `failureConverterPath`.
 */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
