import { z } from 'zod';
import { utf8Length } from './ids';

const idForm = "a string of 1 to 200 bytes without control characters, other than '.' and '..'";
const maxIdBytes = 200;

const controls = '\\x00-\\x1f\\x7f-\\x9f';
/** Also used in JSON Schemas, so it has no lookahead, which Go lacks. */
const idPattern = `^(?:[^.${controls}][^${controls}]*|\\.[^.${controls}][^${controls}]*|\\.\\.[^${controls}]+)$`;

/**
 * The id of a team or job, as given by the API or the caller: 1 to 200 bytes of UTF-8 without control characters. UUIDs
 * are usual but not required. `.` and `..` are refused because, encoded or not, they would change the path of a URL
 * (WHATWG URL standard).
 */
export const idSchema = z
  .string({ error: idForm })
  .regex(new RegExp(idPattern), { error: idForm })
  .refine((id) => utf8Length(id) <= maxIdBytes && !/\p{Surrogate}/u.test(id), { error: idForm })
  .meta({ minLength: 1, maxLength: maxIdBytes });
