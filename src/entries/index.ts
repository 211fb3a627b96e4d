/** For programs that are no workflows: types, and a client of what the workers follow. */
export { failureTypes, type FailureDetails, type FailureType } from '../core/failures';
export { defaultTaskQueue, trackerWorkflowId } from '../core/ids';
export {
  createImports,
  type TrackedImport,
  type ImportFilter,
  type Imports,
  type ImportsOptions,
} from '../client/create-imports';
export type { ImportHandle } from '../client/import-handle';
export type { StorageAccess } from '../client/read-results';
export type { ImportList } from '../temporal/listing/list-imports';
export type { ListedImport, ListedStatus } from '../temporal/listing/listing';
export type * from './types';
export { PrismImportsPlugin, type PrismImportsPluginOptions } from '../plugin/public-plugin';
