import {
  DefaultPayloadConverter,
  encodingTypes,
  METADATA_ENCODING_KEY,
  str,
  type ConverterHint,
  type Payload,
  type SerializationContext,
} from '@temporalio/common';

/**
 * What a workflow gets instead of a payload that says it is JSON and is not. No schema accepts it, and errors show it
 * as what was seen.
 */
const undecodable = '(a payload that is not JSON)';

/**
 * Temporal's default converter, but what anybody may send to a workflow (input, signals, updates) is handed over as
 * {@link undecodable} when it is damaged. The SDK decodes before any handler runs, and an error there fails the
 * workflow task again and again: one bad signal would stop a tracker for good. A payload of an unknown encoding still
 * does that, for there the worker lacks a codec, and goes on once it has it.
 */
class TolerantPayloadConverter extends DefaultPayloadConverter {
  override fromPayload<T>(payload: Payload, context?: SerializationContext, hint?: ConverterHint<T>): T {
    try {
      return super.fromPayload<T>(payload, context, hint);
    } catch (error) {
      if (context?.type === 'workflow' && isJson(payload)) return undecodable as T;
      throw error;
    }
  }
}

/** Where the SDK looks for it, by the bundle's option `payloadConverterPath`. */
export const payloadConverter = new TolerantPayloadConverter();

function isJson({ metadata }: Payload): boolean {
  const encoding = metadata?.[METADATA_ENCODING_KEY];
  return Boolean(encoding) && str(encoding as Uint8Array) === encodingTypes.METADATA_ENCODING_JSON;
}
