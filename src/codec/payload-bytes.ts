import type { Payload } from '@temporalio/common';
import { Reader, Writer } from 'protobufjs/minimal';

/** Fields of the message `temporal.api.common.v1.Payload`, with their wire type 2 in the tag. */
const metadataTag = (1 << 3) | 2;
const dataTag = (2 << 3) | 2;
/** Fields of an entry of the map `metadata`. */
const keyTag = (1 << 3) | 2;
const valueTag = (2 << 3) | 2;

/** A payload as protobuf, as every SDK writes it: metadata, then data. */
export function writePayload({ metadata, data }: Payload): Uint8Array {
  const writer = Writer.create();
  for (const [key, value] of Object.entries(metadata ?? {})) {
    writer.uint32(metadataTag).fork();
    writer.uint32(keyTag).string(key).uint32(valueTag).bytes(value);
    writer.ldelim();
  }
  if (data && data.length > 0) writer.uint32(dataTag).bytes(data);
  return writer.finish();
}

/** Reads what {@link writePayload} has written; skips unknown fields. Throws when the bytes are no such message. */
export function readPayload(bytes: Uint8Array): Payload {
  const reader = Reader.create(bytes);
  const metadata: [string, Uint8Array][] = [];
  let data: Uint8Array = new Uint8Array();
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === metadataTag) metadata.push(readEntry(reader));
    else if (tag === dataTag) data = reader.bytes();
    else reader.skipType(tag & 7);
  }
  return { metadata: Object.fromEntries(metadata), data };
}

function readEntry(reader: Reader): [string, Uint8Array] {
  const end = reader.uint32() + reader.pos;
  let key = '';
  let value: Uint8Array = new Uint8Array();
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === keyTag) key = reader.string();
    else if (tag === valueTag) value = reader.bytes();
    else reader.skipType(tag & 7);
  }
  return [key, value];
}
