export {
  startPrismEmulator,
  type ClockFunction,
  type Controller,
  type Did,
  type Disturbance,
  type EmulatorOptions,
  type JobInfo,
  type JobPatch,
  type JobScript,
  type JournalEntry,
  type JournalFilter,
  type MadeUpJob,
  type Operation,
  type PrismEmulator,
  type Rule,
  type RuleAnswer,
  type RuleFunction,
  type RuleHandle,
  type RuleInfo,
  type RuleOutcome,
  type RuleRequest,
  type Time,
} from 'prism-emulator';
export { startTestWorker, type TestWorkerOptions } from '../testing/test-worker';
export { startTrackerDouble, type TrackerDoubleOptions } from '../testing/tracker-double';
export type { ServedAt, ServingWorker } from '../testing/serve';
export type { PolledImport, TrackerDoubleEnd } from '../testing/scripted-imports';
