import { z } from 'zod';
import { utf8Length } from './ids';

const idForm = "a string of 1 to 200 bytes without control characters, other than '.' and '..'";
const maxIdBytes = 200;

const controls = '\\x00-\\x1f\\x7f-\\x9f';
/** For JSON Schemas too: without lookahead, which Go does not have. */
const idPattern = `^(?:[^.${controls}][^${controls}]*|\\.[^.${controls}][^${controls}]*|\\.\\.[^${controls}]+)$`;

/**
 * A team's or job's id, as the API or its caller gave it: 1 to 200 bytes of UTF-8 without control characters. UUIDs are
 * usual, not required. `.` and `..` are refused, since as part of a URL's path they would lead elsewhere, encoded or
 * not (WHATWG URL standard).
 */
export const idSchema = z
  .string({ error: idForm })
  .regex(new RegExp(idPattern), { error: idForm })
  .refine((id) => utf8Length(id) <= maxIdBytes && !/\p{Surrogate}/u.test(id), { error: idForm })
  .meta({ minLength: 1, maxLength: maxIdBytes });
