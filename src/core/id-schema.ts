import { z } from 'zod';
import { utf8Length } from './ids';

const idForm = "a string of 1 to 200 bytes without control characters, other than '.' and '..'";
const maxIdBytes = 200;

/**
 * A team's or job's id, as the API or its caller gave it: 1 to 200 bytes of UTF-8 without control characters. UUIDs are
 * usual, not required. `.` and `..` are refused, since as part of a URL's path they would lead elsewhere, encoded or
 * not (WHATWG URL standard).
 */
export const idSchema = z
  .string({ error: idForm })
  .min(1, { error: idForm })
  // eslint-disable-next-line no-control-regex -- control characters are what is refused
  .regex(/^[^\u0000-\u001f\u007f-\u009f]*$/, { error: idForm })
  .refine((id) => id !== '.' && id !== '..', { error: idForm })
  .refine((id) => utf8Length(id) <= maxIdBytes && !/\p{Surrogate}/u.test(id), { error: idForm });
