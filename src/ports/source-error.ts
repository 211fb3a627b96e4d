/**
 * A source that cannot be used: names the field of the input, what was seen there, and the form that is accepted.
 * Its message is fit for the user and never holds row contents.
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
