/** What a caller writes in TypeScript with each entry that has types; each misuse must be an error. */
export const callerPages: Record<string, string> = {
  '.': `
import { Client } from '@temporalio/client';
import { createImports, failureTypes, type ImportOutcome, type TrackImportInput } from 'prism-imports';
const input: TrackImportInput = { teamId: 't', jobId: 'j', waitTimeout: '2h', notify: [{ webhook: 'ops' }] };
// @ts-expect-error the state carried over is not a caller's to give
export const wrong: TrackImportInput = { ...input, carried: {} };
export async function follow(): Promise<ImportOutcome> {
  const followed = await createImports(new Client()).track(input);
  const end = await followed.wait();
  // @ts-expect-error a typing error
  if (end.statuss === 'complete') throw new Error(failureTypes.join());
  return end;
}
`,
  './workflow': `
import { setHandler } from '@temporalio/workflow';
import { importFinishedSignal, startTrackImport, trackImport } from 'prism-imports/workflow';
export async function parent(teamId: string, jobId: string): Promise<number> {
  setHandler(importFinishedSignal, (end) => void end.status);
  await startTrackImport({ teamId, jobId });
  // @ts-expect-error the state carried over is not a caller's to give
  await startTrackImport({ teamId, jobId, carried: {} });
  const end = await trackImport({ teamId, jobId }, { workflowId: 'mine' });
  // @ts-expect-error a typing error
  if (end.statuss === 'complete') return 0;
  return end.status === 'complete' ? (end.job.succeeded ?? 0) : 0;
}
`,
  './workflows': `
import { cleanStorage, deliverNotice, importRecords, trackImport } from 'prism-imports/workflows';
export { cleanStorage, deliverNotice, importRecords, trackImport } from 'prism-imports/workflows';
export const names: string[] = [cleanStorage, deliverNotice, importRecords, trackImport].map(({ name }) => name);
export async function end(): Promise<string> {
  const outcome = await trackImport({ teamId: 't', jobId: 'j' });
  // @ts-expect-error a typing error
  return outcome.statuss;
}
`,
  './nexus': `
import { createNexusServiceClient } from '@temporalio/workflow';
import { prismImportsService, prismImportsServiceHandler, type ImportOutcome } from 'prism-imports/nexus';
export const nexusServices = [prismImportsServiceHandler({ storage: 'file:/results' })];
export async function caller(teamId: string, jobId: string): Promise<ImportOutcome> {
  const prism = createNexusServiceClient({ service: prismImportsService, endpoint: 'prism-imports' });
  await prism.executeOperation('pollNow', { teamId, jobId });
  // @ts-expect-error the state carried over is not a caller's to give
  await prism.executeOperation('trackImport', { teamId, jobId, carried: {} });
  const end = await prism.executeOperation('trackImport', { teamId, jobId, waitTimeout: '2h' });
  // @ts-expect-error a typing error
  if (end.statuss === 'complete') throw new Error('never');
  return end;
}
`,
  './testing': `
import {
  startPrismEmulator,
  startTrackerDouble,
  type EmulatorOptions,
  type TrackerDoubleEnd,
  type TrackerDoubleOptions,
} from 'prism-imports/testing';
const options: EmulatorOptions = { job: { duration: '1s' } };
// @ts-expect-error a job takes a duration
export const wrong: EmulatorOptions = { job: { duration: true } };
const end: TrackerDoubleEnd = { status: 'complete', after: '3m' };
// @ts-expect-error a typing error
export const wrongEnd: TrackerDoubleEnd = { statuss: 'complete' };
export async function start(connection: TrackerDoubleOptions['connection']): Promise<string> {
  await startTrackerDouble({ connection, end: ({ jobId }) => (jobId === 'j' ? end : { status: 'never' }) });
  return (await startPrismEmulator(options)).baseUrl;
}
`,
};
