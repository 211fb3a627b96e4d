import { DefaultPayloadConverter, type Payload } from '@temporalio/common';

/** Returns undefined for what it cannot read. */
class ReadableOrUndefined extends DefaultPayloadConverter {
  override fromPayload<T>(payload: Payload): T {
    try {
      return super.fromPayload<T>(payload);
    } catch {
      return undefined as T;
    }
  }
}

/** The SDK loads it by this name, through the option `payloadConverterPath`. */
export const payloadConverter = new ReadableOrUndefined();
