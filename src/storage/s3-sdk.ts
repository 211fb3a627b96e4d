import type * as client from '@aws-sdk/client-s3';
import type * as storage from '@aws-sdk/lib-storage';
import { loadOptional } from '../ports/optional-package';

/** The parts of the AWS SDK that S3 needs, loaded on first use. */
export interface S3Sdk {
  client: typeof client;
  storage: typeof storage;
}

/** Loads the AWS SDK. Throws a MissingPackageError that says what to install. */
export const loadS3Sdk = (): Promise<S3Sdk> =>
  loadOptional('S3', ['@aws-sdk/client-s3', '@aws-sdk/lib-storage'], async () => ({
    client: await import('@aws-sdk/client-s3'),
    storage: await import('@aws-sdk/lib-storage'),
  }));
