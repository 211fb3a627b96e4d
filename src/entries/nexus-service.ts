/** The Nexus service for callers, in workflow code too: what `prism-imports/nexus` is there. */
export { prismImportsService, type ImportRecordsOperationInput, type TrackedJob } from '../nexus/service';
export type * from './types';
