import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';

/** In every name and value of the bodies; no message may show it. */
export const marker = 'marked';

/** An answer as it goes over the wire. */
export interface RawAnswer {
  status: number;
  bytes: Buffer;
  /** Sizes of the pieces in which it is sent; [] sends it at once. */
  pieces: number[];
  /** Whether the connection is kept open after it. */
  isLeftOpen: boolean;
}

const marked = (text: string) => `${marker}-${text}`;
const word = fc.string({ maxLength: 8 }).map(marked);
const value = fc.oneof(
  { weight: 4, arbitrary: word },
  fc.constantFrom(null, true, 0, -0, 1e308, 2 ** 53, [], {}),
  fc.jsonValue({ maxDepth: 3 }).map((inner) => ({ [marker]: [inner] })),
);
const time = fc.oneof(
  word,
  fc.constantFrom('9999-12-31T23:59:59Z', '0000-00-00T00:00:00Z', 'NaN', '2026-11-28T00:00:00Z'),
);
const row = fc.dictionary(
  fc.oneof(fc.constantFrom('id', 'created', 'input_index', 'error', '__proto__'), word),
  value,
  { maxKeys: 6 },
);
const member = fc.oneof(
  fc.tuple(fc.constantFrom('job_id', 'status', 'total', 'processed', 'error', 'results'), value),
  fc.tuple(fc.constant('status'), fc.constantFrom('complete', 'processing', 'failed')),
  fc.tuple(fc.constantFrom('expires_at', 'created_at', 'updated_at'), time),
  fc.tuple(fc.constant('results'), fc.array(row, { maxLength: 20 })),
  fc.tuple(word, value),
);
const goodRow = fc.record({ id: word, created: fc.boolean(), input_index: fc.nat(99) }, { requiredKeys: [] });
/** A job as the contract has it, with more than it asks for. */
const goodJob = fc
  .tuple(
    fc.record({
      job_id: fc.constantFrom('j', 'j', null),
      status: fc.constantFrom('complete', 'processing', 'failed', marked('status')),
      results: fc.oneof(fc.constant(null), fc.array(goodRow, { maxLength: 200 })),
      expires_at: time,
    }),
    fc.dictionary(word, value, { maxKeys: 5 }),
  )
  .map(([job, more]) => JSON.stringify({ ...more, ...job }));
const text = fc
  .array(member, { maxLength: 12 })
  .map(
    (members) =>
      `{${members.map(([name, inner]) => `${JSON.stringify(name)}:${JSON.stringify(inner)}`).join()}}`,
  );

/** Much of one thing, as it stands and within a job. */
const much = fc
  .tuple(
    fc.constantFrom(
      '[',
      '{"a":',
      '[{},',
      `"${marker}`,
      '1',
      ' ',
      '{},',
      '\\u00e9',
      'é',
      ',',
      '"a":1,',
      '\ufeff',
      '\0',
    ),
    fc.integer({ min: 1, max: 200_000 }),
    fc.constantFrom(
      ['', ''],
      ['{"status":"complete","results":[', ']}'],
      ['{"status":"', '"}'],
      ['{"status":"complete",', '}'],
    ),
  )
  .map(([unit, count, [before, after]]) => `${before}${unit.repeat(count)}${after}`);

const damage = fc.tuple(fc.nat(400), fc.nat(4), fc.uint8Array({ maxLength: 3 }));
const body = fc
  .tuple(
    fc.oneof({ weight: 4, arbitrary: text }, { weight: 4, arbitrary: goodJob }, much),
    fc.array(damage, { minLength: 1, maxLength: 2 }),
    fc.integer({ min: 0, max: 3 }),
  )
  .map(([whole, damages, kept]) =>
    (kept === 0 ? damages : []).reduce(
      (bytes, [at, cut, put]) => Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + cut)]),
      Buffer.from(whole),
    ),
  );

const packings: Record<string, (bytes: Buffer) => Buffer> = {
  gzip: (bytes) => gzipSync(bytes),
  'x-gzip': (bytes) => gzipSync(bytes),
  deflate: (bytes) => deflateSync(bytes),
  br: (bytes) => brotliCompressSync(bytes),
  'gzip, gzip': (bytes) => gzipSync(gzipSync(bytes)),
};
/** Packed as said, in another way than was said, and not at all. */
const packed = body.chain((bytes) =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant({ bytes, encoding: '' }) },
    fc.constantFrom(...Object.keys(packings)).map((encoding) => ({
      bytes: packings[encoding]?.(bytes) ?? bytes,
      encoding,
    })),
    fc.constantFrom('gzip', 'br', 'zstd', marker, 'identity').map((encoding) => ({ bytes, encoding })),
  ),
);

const date = 'Sat, 28 Nov 2026 12:00:00 GMT';
/** Headers that say odd things. */
const oddHeader = fc.oneof(
  fc.tuple(
    fc.constant('date'),
    fc.constantFrom(date, 'Fri, 31 Dec 9999 23:59:59 GMT', 'Mon, 00 Foo 0000 99:99:99 GMT', '-5', ''),
  ),
  fc.tuple(
    fc.constantFrom('retry-after', 'retry-after-ms'),
    fc.constantFrom('5', '-1', '1e9', '9'.repeat(400), 'Infinity', '0x10', date, '0.0001'),
  ),
  fc.tuple(fc.constant('x-request-id'), fc.constantFrom('r', 'r'.repeat(9000), '\u009b31m', '')),
);
/** Headers after which there may be no answer left. */
const wildHeader = fc.oneof(
  fc.tuple(
    fc.constantFrom('content-length', 'transfer-encoding'),
    fc.constantFrom('-1', '5', '9'.repeat(30), 'chunked', 'gzip'),
  ),
  fc.tuple(
    fc.constantFrom('location', 'set-cookie', 'connection', 'trailer', '__proto__'),
    fc.constantFrom('close', 'file:///etc/passwd', 'x'),
  ),
  fc.tuple(
    fc.integer({ min: 1, max: 3000 }).map((length) => 'h'.repeat(length)),
    fc.integer({ min: 0, max: 20_000 }).map((length) => 'v'.repeat(length)),
  ),
);
const header = fc.oneof({ weight: 15, arbitrary: oddHeader }, wildHeader);

function chunked(bytes: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from(`${bytes.length.toString(16)}\r\n`),
    bytes,
    Buffer.from('\r\n0\r\n\r\n'),
  ]);
}

const status = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(200, 200, 202) },
  fc.constantFrom(
    100,
    101,
    103,
    201,
    204,
    206,
    299,
    301,
    304,
    400,
    401,
    404,
    410,
    413,
    422,
    429,
    500,
    503,
    599,
    999,
  ),
);

/** Answers that a server may give, from those that are only odd to those that are not even HTTP. */
export const rawAnswer: fc.Arbitrary<RawAnswer> = fc
  .record({
    status,
    packed,
    headers: fc.array(header, { maxLength: 4 }),
    framing: fc.constantFrom('length', 'length', 'chunked', 'close', 'short'),
    junk: fc.oneof(
      { weight: 30, arbitrary: fc.constant(null) },
      fc.uint8Array({ minLength: 1, maxLength: 40 }),
    ),
    pieces: fc.array(fc.integer({ min: 1, max: 5000 }), { maxLength: 4 }),
    isLeftOpen: fc.boolean(),
  })
  .map(({ status: code, packed: { bytes, encoding }, headers, framing, junk, pieces, isLeftOpen }) => {
    const all = [...headers];
    if (encoding !== '') all.push(['content-encoding', encoding]);
    if (framing === 'length') all.push(['content-length', String(bytes.length)]);
    if (framing === 'short') all.push(['content-length', String(bytes.length + 100)]);
    if (framing === 'chunked') all.push(['transfer-encoding', 'chunked']);
    const head = `HTTP/1.1 ${code} OK\r\n${all.map(([name, text]) => `${name}: ${text}\r\n`).join('')}\r\n`;
    const sent = framing === 'chunked' ? chunked(bytes) : bytes;
    const whole = Buffer.concat([junk ?? Buffer.alloc(0), Buffer.from(head, 'latin1'), sent]);
    return { status: code, bytes: whole, pieces, isLeftOpen: isLeftOpen && framing !== 'close' };
  });
