import type { Client } from '@temporalio/client';
import type { Payload } from '@temporalio/common';

/** Decodes a payload that the client did not decode by itself. Rejects as the client's codecs do. */
export async function readPayload<T>(client: Client, payload: Payload): Promise<T> {
  const { payloadCodecs, payloadConverter } = client.options.loadedDataConverter;
  let payloads = [payload];
  for (const codec of payloadCodecs.toReversed()) payloads = await codec.decode(payloads);
  return payloadConverter.fromPayload<T>(payloads[0] ?? payload);
}

/** A failure's message, decoded if its worker encoded it; if that fails, the reason. */
export async function failureMessage(
  client: Client,
  { message, encodedAttributes }: { message?: string | null; encodedAttributes?: Payload | null },
): Promise<string> {
  if (!encodedAttributes) return message ?? '';
  try {
    const attributes = await readPayload<{ message?: unknown } | null>(client, encodedAttributes);
    return typeof attributes?.message === 'string' ? attributes.message : (message ?? '');
  } catch (error) {
    return `${message ?? ''} (${(error as Error).message})`;
  }
}
