export { startPrismEmulator, type JobInfo, type PrismEmulator } from './emulator';
export type { JournalEntry } from './journal';
export type { JobPatch, JobScript } from './jobs';
export type { Disturbance, Rule, RuleAnswer, RuleOutcome, RuleRequest, RuleResponse } from './rules';
export type { Clock, EmulatorOptions, JobDuration } from './settings';
