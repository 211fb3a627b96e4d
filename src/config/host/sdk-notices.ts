import type { Environment } from '../config';

/**
 * Keeps the AWS SDK's notice about the age of Node from standard error (its own variable for that): whoever runs an
 * import can do nothing about it. For the beginning of processes of our own; a value that is set stays.
 */
export function quietSdkNotices(environment: Environment = process.env): void {
  environment['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
}
