import type { Environment } from '../config';

/**
 * Hides the AWS SDK's notice about the age of Node, through the SDK's own variable: users who run an import cannot
 * change it. Call it at the start of our processes; keeps a value that is set.
 */
export function quietSdkNotices(environment: Environment = process.env): void {
  environment['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
}
