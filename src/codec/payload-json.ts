import type { Payload } from '@temporalio/common';

const base64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

/**
 * Reads the JSON form of the message `temporal.api.common.v1.Payloads`, in which bytes are base64 (protobuf.dev,
 * "ProtoJSON Format"). Returns null for any other form.
 */
export function payloadsFromJson(json: string): Payload[] | null {
  const given = parse(json);
  if (!isObject(given)) return null;
  const payloads = given['payloads'] ?? [];
  if (!Array.isArray(payloads)) return null;
  const read = payloads.map(payloadOf);
  return read.every((payload) => payload !== null) ? read : null;
}

/** Writes payloads in the JSON form that {@link payloadsFromJson} reads. */
export function payloadsToJson(payloads: readonly Payload[]): string {
  const shown = payloads.map(({ metadata, data }) => ({
    metadata: Object.fromEntries(Object.entries(metadata ?? {}).map(([key, value]) => [key, textOf(value)])),
    ...(data && data.length > 0 && { data: textOf(data) }),
  }));
  return JSON.stringify({ payloads: shown });
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function payloadOf(value: unknown): Payload | null {
  if (!isObject(value)) return null;
  const given = value['metadata'] ?? {};
  const data = bytesOf(value['data'] ?? '');
  if (!isObject(given) || data === null) return null;
  const metadata = Object.entries(given).map(([key, text]) => [key, bytesOf(text)] as const);
  if (metadata.some(([, bytes]) => bytes === null)) return null;
  return { metadata: Object.fromEntries(metadata) as Record<string, Uint8Array>, data };
}

const bytesOf = (value: unknown): Uint8Array | null =>
  typeof value === 'string' && base64.test(value) ? Buffer.from(value, 'base64') : null;

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
