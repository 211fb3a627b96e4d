import { DefaultFailureConverter } from '@temporalio/common';

/**
 * Puts messages and stack traces of failures where payload codecs encode them; what is left to read is "Encoded
 * failure" and the failure's type. Where the SDK looks for it, by the option `failureConverterPath`.
 */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
