export type { ClockFunction, Time } from './clock';
export type { Controller, RuleHandle, RuleInfo } from './controller';
export { startPrismEmulator, type PrismEmulator } from './emulator';
export type { Operation } from './prism/routes';
export type { Did } from './prism/work';
export type { JobInfo, JobPatch, MadeUpJob } from './prism/jobs/job';
export type { JobScriptInput as JobScript } from './prism/jobs/job-script';
export type { JournalEntry, JournalFilter } from './prism/journal-entry';
export type {
  Disturbance,
  RuleAnswer,
  RuleFunction,
  RuleInput as Rule,
  RuleOutcome,
  RuleRequest,
} from './rules/rule';
export { runEmulator, type RunOptions } from './run';
export { settingNames, type EmulatorOptions } from './settings';
