/** A codec that skips payloads for trackers, so their worker needs no codec. */
import type { Payload, PayloadCodec, SerializationContext } from '@temporalio/common';

/** Payloads for trackers are not encoded. Trackers send none that are, so `decode` must pass unencoded payloads on. */
export class ExceptTrackers implements PayloadCodec {
  constructor(private readonly codec: PayloadCodec) {}

  async encode(payloads: Payload[], context?: SerializationContext): Promise<Payload[]> {
    return isForTracker(context) ? payloads : this.codec.encode(payloads, context);
  }

  async decode(payloads: Payload[], context?: SerializationContext): Promise<Payload[]> {
    return this.codec.decode(payloads, context);
  }
}

/** Recognizes trackers by the workflow ids that this program uses, and `readResults` by its activity id. */
function isForTracker(context: SerializationContext | undefined): boolean {
  if (context?.type === 'activity') return context.activityId === 'readResults';
  const id = context?.workflowId ?? '';
  return id.startsWith('prism-import/') || id.includes('/import/') || id.endsWith('/import');
}
