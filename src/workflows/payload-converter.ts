import {
  defaultPayloadConverter,
  encodingTypes,
  str,
  type ConverterHint,
  type Payload,
  type PayloadConverter,
  type SerializationContext,
} from '@temporalio/common';

/** What a workflow gets instead of a payload that says it is JSON and is not. No schema accepts it, and errors show it as what was seen. */
const undecodable = '(a payload that is not JSON)';

/**
 * Temporal's default converter, but what anybody may send to a workflow (input, signals, updates) is handed over as {@link undecodable} when it is
 * damaged. The SDK decodes before any handler runs, and an error there fails the workflow task again and again: one bad signal would stop a
 * tracker for good. A payload of an unknown encoding still does that, for there the worker lacks a codec, and goes on once it has it.
 */
export const payloadConverter: PayloadConverter = {
  toPayload: (value, context, hint) => defaultPayloadConverter.toPayload(value, context, hint),
  fromPayload<T>(payload: Payload, context?: SerializationContext, hint?: ConverterHint<T>): T {
    try {
      return defaultPayloadConverter.fromPayload<T>(payload, context, hint);
    } catch (error) {
      if (context?.type === 'workflow' && isJson(payload)) return undecodable as T;
      throw error;
    }
  },
};

function isJson({ metadata }: Payload): boolean {
  const encoding = metadata?.['encoding'];
  if (encoding === undefined || encoding === null) return false;
  return str(encoding) === encodingTypes.METADATA_ENCODING_JSON;
}
