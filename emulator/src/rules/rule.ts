import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import { durationForm, durationSchema, parseDuration } from '../duration';
import { timeSchema } from '../clock';
import { operations } from '../prism/routes';
import { jobScriptSchema } from '../prism/jobs/job-script';
import { shareSchema } from '../share';
import { isPattern } from './pattern';
import { refuseRowsSchema } from './refuse-rows';

/**
 * An answer as a rule gives it. A text is sent as it is, anything else as JSON; without a body the answer has none. The
 * content type is JSON unless `headers` say otherwise.
 */
export interface RuleAnswer {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}

/**
 * How a connection is spoilt: reset without doing the work, reset after it, left without an answer, the work not done;
 * or reset, and new connections refused for a while of real time.
 */
export type Disturbance = 'reset-before' | 'reset-after' | 'hang' | { refuseFor: number };

/** A request as a rule sees it; it holds no API key. */
export interface RuleRequest {
  method: string;
  path: string;
  query: string;
  headers: IncomingHttpHeaders;
  /** The parsed body; undefined when there is none or it is not JSON. */
  body: unknown;
  /** How many requests this rule has met, this one included. */
  nth: number;
  /** Does the work and gives the ordinary answer; a second call gives the same one. */
  proceed: () => RuleAnswer;
}

/** What a rule does in place of the API: an answer or a disturbance. */
export type RuleOutcome = RuleAnswer | Disturbance;

/** A rule's own decision; `undefined` means the ordinary answer. Cannot be kept in a state file, nor come from JSON. */
export type RuleFunction = (
  request: RuleRequest,
) => RuleOutcome | undefined | Promise<RuleOutcome | undefined>;

const statusForm = 'an HTTP status from 200 to 599';
const status = z.int({ error: statusForm }).min(200, { error: statusForm }).max(599, { error: statusForm });
// Checked here, since Node would refuse to send others only when the answer is due.
const headerName = z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, { error: 'the name of a header' });
const headerValue = z.string().regex(/^[\t\x20-\x7e\x80-\xff]*$/, { error: 'the value of a header' });
const headers = z.record(headerName, headerValue);

const respondForm =
  "an answer {status, headers, body}, 'reset-before', 'reset-after', 'hang', {refuseFor: duration}, or a function";
const respondSchema = z.union(
  [
    z.enum(['reset-before', 'reset-after', 'hang']),
    z.strictObject({ refuseFor: durationSchema }),
    z.strictObject({ status, headers: headers.optional(), body: z.unknown().optional() }),
    z.custom<RuleFunction>((value) => typeof value === 'function'),
  ],
  { error: respondForm },
);

/** Changes of the ordinary answer, made in this order. */
const alterSchema = z.strictObject({
  status: status.optional(),
  headers: headers.optional(),
  /** Laid over the members of the body, such as an unknown `status`. */
  fields: z.record(z.string(), z.unknown()).optional(),
  /** Members of the body that are left out. */
  omit: z.array(z.string()).optional(),
  /** What happens to the `results`: all twice, in reverse or random order, or every second one left out. */
  results: z.enum(['duplicated', 'reversed', 'shuffled', 'gaps']).optional(),
  /** Bytes of a member `padding` that make the body huge. */
  padBytes: z.int().min(0).max(268_435_456).optional(),
  /** The share of the body's text that is left, so that it is no JSON any more. */
  truncate: shareSchema.optional(),
});

/** How an answer is sent, whoever made it. Durations are of real time, whatever the emulator's clock. */
const sendSchema = z.strictObject({
  /** Before the first byte, the work being done. */
  delay: durationSchema.optional(),
  /** The body comes in pieces over so long. */
  spread: durationSchema.optional(),
  /** The connection is reset after this share of the body. */
  cut: shareSchema.optional(),
});

const windowForm = `a time in ISO 8601, milliseconds since 1970, or a duration from now: ${durationForm}`;
const windowSchema = z.union(
  [z.string().refine((text) => parseDuration(text) !== undefined, { error: windowForm }), timeSchema],
  { error: windowForm },
);
const nth = z.int().min(1);
const pathForm = 'a regular expression';
const pathSchema = z.union(
  [z.custom<RegExp>((value) => value instanceof RegExp), z.string().refine(isPattern, { error: pathForm })],
  {
    error: pathForm,
  },
);

/**
 * Spoils or replaces answers, or scripts jobs. Every condition that is given must hold; the oldest rule that applies
 * decides alone.
 */
export const ruleSchema = z
  .strictObject({
    /** Such as 'POST'. */
    method: z.string().optional(),
    /** Searched for in the path as sent, without the query; a text is a regular expression. */
    path: pathSchema.optional(),
    operation: z.enum(operations, { error: `one of ${operations.join(', ')}` }).optional(),
    teamId: z.string().optional(),
    /** Which of the requests that the other conditions let through, counted from 1. */
    nth: z.union([nth, z.array(nth)], { error: 'a number from 1, or a list of them' }).optional(),
    /** How often it acts before it is used up; default: for ever. */
    times: z.int().min(1).optional(),
    /** The share of the requests on which it acts, drawn by the seed. */
    probability: shareSchema.optional(),
    /** From when on, by the emulator's clock; a duration such as '30s' counts from when the rule is added. */
    from: windowSchema.optional(),
    /** Until when, likewise. */
    until: windowSchema.optional(),
    respond: respondSchema.optional(),
    alter: alterSchema.optional(),
    send: sendSchema.optional(),
    /** How the import that is requested proceeds. */
    job: jobScriptSchema.optional(),
    /** Refuses imports by what their rows hold; it acts on those alone that hold such a row. */
    refuse: refuseRowsSchema.optional(),
  })
  .refine((rule) => deeds.some((deed) => rule[deed] !== undefined), {
    error: 'something to do: respond, alter, send or job, or refuse',
  })
  .refine(
    ({ respond, alter, job, refuse }) =>
      respond === undefined || [alter, job, refuse].every((part) => part === undefined),
    { error: 'respond, or alter, job and refuse, but not both' },
  );

const deeds = ['respond', 'alter', 'send', 'job', 'refuse'] as const;

/** A rule as callers write it. */
export type RuleInput = z.input<typeof ruleSchema>;
export type Rule = z.output<typeof ruleSchema>;
export type Alteration = z.output<typeof alterSchema>;
export type Sending = z.output<typeof sendSchema>;
