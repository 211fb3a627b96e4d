import { fileURLToPath } from 'node:url';
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { Config } from '../../config/config';
import { neutralLine } from '../../core/details/neutral';
import type { ImportRecordsInput } from '../../core/pipeline/input';
import { attachPipeline, startOrAttachPipeline, type OpenPipeline } from '../../temporal/pipelines';
import { TemporalProblem } from '../../temporal/problem';
import { failureTypeOf } from '../errors';
import type { Interrupt } from '../terminal/follow-result';
import { printToStderr } from '../terminal/output';
import { isSourceUri } from './pipeline-input';
import { uploadFile, type UploadedFile } from './upload';

/** An import to start, as given on the command line. */
export interface ImportToBegin {
  /** A path or a URI, as given. */
  file: string;
  input: ImportRecordsInput;
  id: string;
  /** Whether the user gave the id, so that it may exist already. */
  isNamed: boolean;
  config: Pick<Config, 'storage' | 's3Endpoint' | 'taskQueue'>;
}

/** A pipeline, and the copy of its file if there is one. */
export interface BegunImport extends OpenPipeline {
  upload?: UploadedFile;
}

/**
 * Copies a local file into the storage. Returns a function that starts the pipeline, or attaches to the one with its
 * id. Removes the copy if no pipeline will read it.
 */
export async function prepareImport(
  client: Client,
  interrupt: Interrupt,
  { file, input, id, isNamed, config }: ImportToBegin,
): Promise<() => Promise<BegunImport>> {
  const start = (given: ImportRecordsInput) => startOrAttachPipeline(client, config.taskQueue, given, id);
  const open = (opening: () => Promise<BegunImport>) => async () => {
    const pipeline = await opening();
    if (pipeline.state !== 'started')
      printToStderr(neutralLine(`Warning: ${file} was not read: this workflow id is already in use.`));
    return pipeline;
  };
  if (isSourceUri(file)) return open(() => start(input));
  const running = isNamed ? await runningPipeline(client, id) : null;
  if (running !== null) return open(() => Promise.resolve(running));
  const upload = await uploadFile(fileURLToPath(input.source.uri), config, interrupt);
  const given = { ...input, source: { ...input.source, uri: upload.uri } };
  return open(() => startUploaded(client, id, upload, () => start(given)));
}

/** The pipeline with this id, so that nothing is copied for it; null if there is none. */
async function runningPipeline(client: Client, id: string): Promise<OpenPipeline | null> {
  const found = await attachPipeline(client, id).catch(() => null);
  return found?.state === 'running' ? found : null;
}

/** Starts a pipeline, and removes the copy of its file once it is certain that none will read it. */
async function startUploaded(
  client: Client,
  id: string,
  upload: UploadedFile,
  start: () => Promise<OpenPipeline>,
): Promise<BegunImport> {
  try {
    const pipeline = await start();
    if (pipeline.state === 'started') return { ...pipeline, upload };
    await upload.remove();
    return pipeline;
  } catch (error) {
    if (startsNothing(error) || (await isUnknown(client, id))) await upload.remove();
    throw error;
  }
}

/** Whether the id belongs to another kind of workflow, or the input or id was refused before the start. */
const startsNothing = (error: unknown): boolean =>
  error instanceof TemporalProblem || failureTypeOf(error) === 'InvalidInput';

async function isUnknown(client: Client, id: string): Promise<boolean> {
  try {
    await client.workflow.getHandle(id).describe();
    return false;
  } catch (error) {
    return error instanceof WorkflowNotFoundError;
  }
}
