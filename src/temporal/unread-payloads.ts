import { DefaultPayloadConverter } from '@temporalio/common';

/** Reads nothing. */
class UnreadPayloads extends DefaultPayloadConverter {
  override fromPayload<T>(): T {
    return undefined as T;
  }
}

/** Where the SDK looks for it, by the option `payloadConverterPath`. */
export const payloadConverter = new UnreadPayloads();
