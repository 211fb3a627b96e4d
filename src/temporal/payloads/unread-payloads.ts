import { DefaultPayloadConverter, type Payload } from '@temporalio/common';

/** Gives undefined for what it cannot read. */
class ReadableOrUndefined extends DefaultPayloadConverter {
  override fromPayload<T>(payload: Payload): T {
    try {
      return super.fromPayload<T>(payload);
    } catch {
      return undefined as T;
    }
  }
}

/** Where the SDK looks for it, by the option `payloadConverterPath`. */
export const payloadConverter = new ReadableOrUndefined();
