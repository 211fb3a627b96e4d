/**
 * The modules that all workflows of a worker share, so that they run once a worker and not once a workflow: building the schemas takes longer than all
 * that a tracker does at a poll. None keeps any state that a workflow could notice. Part of every bundle, by its option `preloadModules`.
 *
 * Temporal freezes what such modules export, down to the last property, and a frozen schema cannot check anything, since zod computes much when it is
 * first used. At what is frozen already it stops, so the exports are frozen here, one level deep.
 */
import * as advice from '../domain/advice';
import * as aim from '../domain/aim';
import * as carriedPipeline from '../domain/carried-pipeline';
import * as duration from '../domain/duration';
import * as endForecast from '../domain/end-forecast';
import * as failures from '../domain/failures';
import * as getImportStatus from '../domain/get-import-status';
import * as idempotency from '../domain/idempotency';
import * as ids from '../domain/ids';
import * as importJob from '../domain/import-job';
import * as importOfBatch from '../domain/import-of-batch';
import * as importRecords from '../domain/import-records';
import * as importReport from '../domain/import-report';
import * as keyLimits from '../domain/key-limits';
import * as launch from '../domain/launch';
import * as lineEvidence from '../domain/line-evidence';
import * as markdown from '../domain/markdown';
import * as observe from '../domain/observe';
import * as outcome from '../domain/outcome';
import * as pipelineDetails from '../domain/pipeline-details';
import * as pipelineStory from '../domain/pipeline-story';
import * as pipeline from '../domain/pipeline';
import * as plan from '../domain/plan';
import * as pollResult from '../domain/poll-result';
import * as polling from '../domain/polling';
import * as progressPoints from '../domain/progress-points';
import * as retention from '../domain/retention';
import * as rowTotals from '../domain/row-totals';
import * as schedule from '../domain/schedule';
import * as settleBatch from '../domain/settle-batch';
import * as startImport from '../domain/start-import';
import * as storage from '../domain/storage';
import * as texts from '../domain/texts';
import * as trackerState from '../domain/tracker-state';
import * as trackingDetails from '../domain/tracking-details';
import * as trackingInput from '../domain/tracking-input';
import * as trackingState from '../domain/tracking-state';
import * as validation from '../domain/validation';

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
