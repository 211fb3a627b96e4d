import { S3Objects } from '../../src/storage/s3-objects';
import { createSourceOpener } from '../../src/storage/source-opener';

/** Opens sources on this host and on an S3 server, by default AWS. */
export const sourceOpener = (s3Endpoint?: string) => createSourceOpener(new S3Objects(s3Endpoint), null);
