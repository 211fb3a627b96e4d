import {
  DefaultPayloadConverter,
  type ConverterHint,
  type Payload,
  type SerializationContext,
} from '@temporalio/common';
import { beyondLimits, continuedInputLimits } from '../../core/message-limits';

/**
 * What a workflow gets instead of a payload that cannot be decoded. No schema accepts it, and errors show it as what
 * was seen.
 */
const undecodable = '(a payload that is not JSON)';

/**
 * Temporal's default converter, but what anybody may send to a workflow (input, signals, updates, memo) is handed over
 * as {@link undecodable} when it is damaged. The SDK decodes before any handler runs, and an error there fails the
 * workflow task again and again: one bad signal would stop a tracker for good. `bounded-messages.ts` has judged
 * messages by size and encoding before; of a memo, which no workflow of ours reads, that is done here.
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

/** Where the SDK looks for it, by the bundle's option `payloadConverterPath`. */
export const payloadConverter = new TolerantPayloadConverter();
