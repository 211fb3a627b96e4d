import { z } from 'zod';

const timeForm =
  "a time in ISO 8601 with its zone, like '2026-11-23T09:00:00Z' or '2026-11-23T10:00:00+01:00'";

/** The accepted form, and what the value is missing if that is clear. */
function timeAdvice(given: unknown): string {
  if (typeof given === 'number' || (typeof given === 'string' && /^[-+]?[0-9.]+$/.test(given))) {
    return `${timeForm}: a number does not say whether it counts seconds, milliseconds or nanoseconds`;
  }
  const isLocal = typeof given === 'string' && new RegExp(`^${date}[Tt ]${clock}$`).test(given);
  return isLocal ? `${timeForm}: a local time does not say of which zone` : timeForm;
}

const [month30, month31] = ['(?:0[469]|11)', '(?:0[13578]|1[02])'];
const days = `(?:${month31}-(?:0[1-9]|[12][0-9]|3[01])|${month30}-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))`;
const leapYear = '(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)';
const date = `(?:[0-9]{4}-${days}|${leapYear}-02-29)`;
const hour = '(?:[01][0-9]|2[0-3])';
const clock = `${hour}:[0-5][0-9](?::[0-5][0-9](?:\\.[0-9]{1,12})?)?`;
const zone = `(?:[Zz]|[+-]${hour}(?::?[0-5][0-9])?)`;

/**
 * A time with its zone; seconds are optional. A year before 2000 needs no zone, since such a time counts as absent in
 * any zone, and .NET writes its zero time without one. Works as a regular expression in Go, Java, JavaScript and
 * Python.
 */
const timePattern = `^(?:${date}[Tt]${clock}${zone}|[01][0-9]{3}-${days}[Tt]${clock})$`;

const parts =
  /^([0-9-]{10}).([0-9:]{5})(?::([0-9]{2})(?:\.([0-9]{1,3})[0-9]*)?)?(?:[Zz]|([+-][0-9]{2}):?([0-9]{2})?)?$/;
const firstMs = Date.UTC(2000, 0);

/**
 * A time as callers write it. Parses to ISO 8601 in UTC with milliseconds. A time before 2000 parses to undefined,
 * because languages write one for an unset time: Go and .NET the year 1, others 1970.
 */
export const timeSchema = z
  .string({ error: ({ input }) => timeAdvice(input) })
  .regex(new RegExp(timePattern), { error: ({ input }) => timeAdvice(input) })
  .transform((text) => {
    const [, day, minute, second = '00', fraction = '', hours = '+00', minutes = '00'] =
      parts.exec(text) ?? [];
    const milliseconds = fraction.padEnd(3, '0');
    const atMs = Date.parse(`${day}T${minute}:${second}.${milliseconds}${hours}:${minutes}`);
    return atMs >= firstMs ? new Date(atMs).toISOString() : undefined;
  });

/** What 0.1.0 accepted: any year, kept as written. */
export const timeSchemaOf010 = z.iso.datetime({ offset: true, error: timeForm });
