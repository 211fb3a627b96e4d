/** What cannot be, unless this program has a defect: doing it again would end the same way. */
export class Defect extends Error {
  override readonly name: string = 'Defect';
}

/** Classes of errors that no storage and no source makes, but only a program: those of the language, and zod's. */
const programErrors = [
  'TypeError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'EvalError',
  'URIError',
  'ZodError',
];

/** Whether an error is the program's own. */
export function isDefect(error: unknown): error is Error {
  if (!(error instanceof Error)) return true;
  return error instanceof Defect || (programErrors.includes(error.name) && !('syscall' in error));
}
