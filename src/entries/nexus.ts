/**
 * The Nexus service `prism-imports`: its definition for callers, and its handlers for a worker. Temporal's bundler
 * gives workflow code the definition alone (`nexus-service`), by the condition `browser` of the package's exports.
 */
export { prismImportsServiceHandler, type ServiceHandlerOptions } from '../nexus/service-handler';
export { prismImportsService, type ImportRecordsOperationInput, type TrackedJob } from '../nexus/service';
export type * from './types';
