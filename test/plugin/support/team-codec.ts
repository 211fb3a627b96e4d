import { METADATA_ENCODING_KEY, type Payload, type PayloadCodec } from '@temporalio/common';
import { temporal } from '@temporalio/proto';

const encoding = Buffer.from('binary/team');
const PayloadMessage = temporal.api.common.v1.Payload;
const flip = (bytes: Uint8Array) => bytes.map((byte) => byte ^ 0x55);

/** A codec of a team: unreadable by anybody without it. */
export const teamCodec: PayloadCodec = {
  encode: (payloads) =>
    Promise.resolve(
      payloads.map((payload) => ({
        metadata: { [METADATA_ENCODING_KEY]: encoding },
        data: flip(PayloadMessage.encode(payload).finish()),
      })),
    ),
  decode: (payloads) => Promise.resolve(payloads.map(decoded)),
};

function decoded(payload: Payload): Payload {
  const given = payload.metadata?.[METADATA_ENCODING_KEY];
  if (!given || !encoding.equals(given) || !payload.data) return payload;
  return PayloadMessage.decode(flip(payload.data));
}
