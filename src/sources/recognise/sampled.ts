/** The start of some bytes, and all of them. */
export interface Sampled {
  sample: Buffer;
  /** Whether the sample is all there is. */
  whole: boolean;
  /** All bytes, from the start. */
  blocks: AsyncIterable<Buffer>;
}

/** Takes a sample of at least `bytes` bytes, or everything if there is less, from blocks that can be read only once. */
export async function sampled(blocks: AsyncIterable<Buffer>, bytes: number): Promise<Sampled> {
  const iterator = blocks[Symbol.asyncIterator]();
  const taken: Buffer[] = [];
  let length = 0;
  let whole = false;
  while (length < bytes && !whole) {
    const next = await iterator.next();
    if (next.done === true) whole = true;
    else {
      taken.push(Buffer.from(next.value)); // a reader may reuse its memory
      length += next.value.length;
    }
  }
  return { sample: Buffer.concat(taken).subarray(0, bytes), whole, blocks: onceMore(taken, iterator) };
}

async function* onceMore(taken: Buffer[], rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  try {
    for (let block = taken.shift(); block !== undefined; block = taken.shift()) yield block;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}
