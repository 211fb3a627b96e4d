/** For workflow code. Loads neither modules of Node nor zod. */
export { failureTypes, type FailureDetails, type FailureType } from '../core/failures';
export { defaultTaskQueue, trackerWorkflowId } from '../core/ids';
export {
  importFinishedSignal,
  pollNowSignal,
  progressQuery,
  setPollingSignal,
  setPollingUpdate,
  statusQuery,
  subscribeSignal,
} from '../workflows/messages';
export {
  startTrackImport,
  trackImport,
  type TrackImportChildOptions,
  type TrackImportWorkflow,
} from '../workflows/track-import-child';
export type * from './types';
