/**
 * The modules that all workflows of a worker share, so that they run once a worker and not once a workflow: building
 * the schemas takes longer than all that a tracker does at a poll. None keeps any state that a workflow could notice.
 * Part of every bundle, by its option `preloadModules`.
 *
 * Temporal freezes what such modules export, down to the last property, and a frozen schema cannot check anything,
 * since zod computes much when it is first used. At what is frozen already it stops, so the exports are frozen here,
 * one level deep.
 */
import * as advice from '../../core/details/advice';
import * as aim from '../../core/tracker/forecast/aim';
import * as carriedPipeline from '../../core/pipeline/carried-state';
import * as duration from '../../core/duration';
import * as endForecast from '../../core/tracker/forecast/end-forecast';
import * as failures from '../../core/failures';
import * as getImportStatus from '../../core/tracker/get-import-status';
import * as idempotency from '../../core/api/idempotency';
import * as ids from '../../core/ids';
import * as importJob from '../../core/api/import-job';
import * as importOfBatch from '../../core/pipeline/batch-import-end';
import * as importRecords from '../../core/pipeline/input';
import * as importReport from '../../core/pipeline/report';
import * as keyLimits from '../../core/api/limits';
import * as launch from '../../core/pipeline/launch';
import * as lineEvidence from '../../core/tracker/forecast/line-evidence';
import * as markdown from '../../core/details/markdown';
import * as observe from '../../core/tracker/observe';
import * as outcome from '../../core/tracker/outcome';
import * as pipelineDetails from '../../core/details/pipeline-details';
import * as pipelineStory from '../../core/pipeline/statistics';
import * as pipeline from '../../core/pipeline/progress';
import * as plan from '../../core/pipeline/plan';
import * as pollResult from '../../core/tracker/poll-result';
import * as polling from '../../core/tracker/polling';
import * as progressPoints from '../../core/tracker/forecast/progress-points';
import * as retention from '../../core/tracker/retention';
import * as rowTotals from '../../core/pipeline/row-totals';
import * as schedule from '../../core/tracker/schedule';
import * as settleBatch from '../../core/pipeline/settle-batch';
import * as startImport from '../../core/pipeline/start-import';
import * as storage from '../../core/stored-object';
import * as texts from '../../core/details/summaries';
import * as trackerState from '../../core/tracker/state';
import * as trackingDetails from '../../core/details/tracker-details';
import * as trackingInput from '../../core/tracker/input';
import * as trackingState from '../../core/tracker/status';
import * as validation from '../../core/validation';

const shared: object[] = [
  advice,
  aim,
  carriedPipeline,
  duration,
  endForecast,
  failures,
  getImportStatus,
  idempotency,
  ids,
  importJob,
  importOfBatch,
  importRecords,
  importReport,
  keyLimits,
  launch,
  lineEvidence,
  markdown,
  observe,
  outcome,
  pipelineDetails,
  pipelineStory,
  pipeline,
  plan,
  pollResult,
  polling,
  progressPoints,
  retention,
  rowTotals,
  schedule,
  settleBatch,
  startImport,
  storage,
  texts,
  trackerState,
  trackingDetails,
  trackingInput,
  trackingState,
  validation,
];

for (const exported of shared) Object.freeze(exported);
