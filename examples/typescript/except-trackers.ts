/** A codec for all but trackers, whose worker then needs none. */
import type { Payload, PayloadCodec, SerializationContext } from '@temporalio/common';

/** What goes to trackers stays as it is. What they send needs no codec: `decode` must let pass what is not encoded. */
export class ExceptTrackers implements PayloadCodec {
  constructor(private readonly codec: PayloadCodec) {}

  async encode(payloads: Payload[], context?: SerializationContext): Promise<Payload[]> {
    return isForTracker(context) ? payloads : this.codec.encode(payloads, context);
  }

  async decode(payloads: Payload[], context?: SerializationContext): Promise<Payload[]> {
    return this.codec.decode(payloads, context);
  }
}

/** By the ids that this program gives trackers, and by that of the activity `readResults`. */
function isForTracker(context: SerializationContext | undefined): boolean {
  if (context?.type === 'activity') return context.activityId === 'readResults';
  const id = context?.workflowId ?? '';
  return id.startsWith('prism-import/') || id.includes('/import/') || id.endsWith('/import');
}
