import {
  DefaultPayloadConverter,
  type ConverterHint,
  type Payload,
  type SerializationContext,
} from '@temporalio/common';
import { beyondLimits, continuedInputLimits } from '../../core/message-limits';

/**
 * What a workflow receives instead of a payload that cannot be decoded. No schema accepts it, and errors show it as the
 * value seen.
 */
const undecodable = '(a payload that is not JSON)';

/**
 * Temporal's default converter, except that damaged payloads that anybody may send (input, signals, updates, memo)
 * become {@link undecodable}. The SDK decodes before any handler runs, and an error there fails the workflow task again
 * and again: one bad signal would block a tracker for good. `bounded-messages.ts` has already checked the size and
 * encoding of messages. The memo, which our workflows do not read, is checked here.
 */
class TolerantPayloadConverter extends DefaultPayloadConverter {
  override fromPayload<T>(payload: Payload, context?: SerializationContext, hint?: ConverterHint<T>): T {
    if (context?.type !== 'workflow') return super.fromPayload<T>(payload, context, hint);
    if (beyondLimits(payload.data ?? new Uint8Array(), continuedInputLimits) !== null)
      return undecodable as T;
    try {
      return super.fromPayload<T>(payload, context, hint);
    } catch {
      return undecodable as T;
    }
  }
}

/** The SDK finds it by the bundle's option `payloadConverterPath`. */
export const payloadConverter = new TolerantPayloadConverter();
