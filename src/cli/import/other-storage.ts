import { WorkflowFailedError } from '@temporalio/client';
import { isOutside } from '../../storage/source-walls';
import { uploadsFolder } from '../../ports/storage-layout';
import { CommandError } from '../command-error';
import { explain } from '../errors';
import { exitCodes } from '../exit-codes';

const copiedFile = new RegExp(`/${uploadsFolder}/[0-9a-f]{32}`);

/**
 * The error of an import from a local file. If the workers refused to read the copy of the file, the storage of this
 * command is not theirs, and the error says so; any other error stays as it is.
 */
export function withStorageAdvice(error: unknown, storage: string | null): unknown {
  if (!(error instanceof WorkflowFailedError)) return error;
  const { message } = explain(error);
  if (!isOutside(message) || !copiedFile.test(message)) return error;
  return new CommandError(
    `PRISM_STORAGE: saw ${JSON.stringify(storage)}, expected the storage of the workers. The file was copied there, ` +
      'but the workers read copied files only from their own storage; nothing was imported. ' +
      'Set PRISM_STORAGE here to the value that the workers have, and run the command again.',
    exitCodes.usage,
  );
}
