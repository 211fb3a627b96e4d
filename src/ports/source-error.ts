/**
 * A source that cannot be used. The message names the field of the input, the value seen and the accepted form. It is
 * safe to show to the user and never contains row contents.
 */
export class SourceError extends Error {
  override readonly name = 'SourceError';

  constructor(
    readonly field: string,
    readonly seen: string,
    readonly accepted: string,
  ) {
    super(`${field}: saw ${seen}, expected ${accepted}`);
  }
}
