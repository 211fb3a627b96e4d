/** Concatenates bytes in its own memory, so that small parts do not keep large chunks alive. */
export class ByteSink {
  private bytes = new Uint8Array(4096);
  length = 0;

  append(more: Uint8Array): void {
    const length = this.length + more.length;
    if (length > this.bytes.length) {
      const larger = new Uint8Array(Math.max(length, this.bytes.length * 2));
      larger.set(this.bytes.subarray(0, this.length));
      this.bytes = larger;
    }
    this.bytes.set(more, this.length);
    this.length = length;
  }

  /** The bytes from `from` to `to`, valid until the next change. */
  view(from: number, to: number): Uint8Array {
    return this.bytes.subarray(from, to);
  }

  /** Removes the first bytes. */
  drop(count: number): void {
    this.bytes.copyWithin(0, count, this.length);
    this.length -= count;
  }
}
