/** The team's payload converter: JSON in an encoding of its own, and whatever the default one wrote. */
import { DefaultPayloadConverter, METADATA_ENCODING_KEY, type Payload } from '@temporalio/common';
import { decode, encode } from '@temporalio/common/lib/encoding';

const encoding = 'json/team';

class TeamPayloadConverter extends DefaultPayloadConverter {
  override toPayload<T>(value: T): Payload {
    if (value === undefined) return super.toPayload(value);
    return {
      metadata: { [METADATA_ENCODING_KEY]: encode(encoding) },
      data: encode(JSON.stringify({ team: value })),
    };
  }

  override fromPayload<T>(payload: Payload): T {
    const given = payload.metadata?.[METADATA_ENCODING_KEY];
    if (given == null || decode(given) !== encoding) return super.fromPayload(payload);
    return (JSON.parse(decode(payload.data ?? new Uint8Array())) as { team: T }).team;
  }
}

export const payloadConverter = new TeamPayloadConverter();
