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
 * A rule's answer. A text is sent unchanged, anything else as JSON; without `body`, the answer is empty. The content
 * type is JSON unless `headers` say otherwise.
 */
export interface RuleAnswer {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}

/**
 * How a connection fails: reset before or after the request is handled, left open without handling it, or reset with
 * new connections refused for a real time.
 */
export type Disturbance = 'reset-before' | 'reset-after' | 'hang' | { refuseFor: number };

/** A request as a rule sees it, without its API key. */
export interface RuleRequest {
  method: string;
  path: string;
  query: string;
  headers: IncomingHttpHeaders;
  /** The parsed body; undefined if there is none or it is not JSON. */
  body: unknown;
  /** How many requests this rule has matched, including this one. */
  nth: number;
  /** Handles the request and returns the normal answer; further calls return the same one. */
  proceed: () => RuleAnswer;
}

/** What a rule does instead of the API: an answer or a disturbance. */
export type RuleOutcome = RuleAnswer | Disturbance;

/** A rule's own decision; `undefined` means the normal answer. Cannot be saved in a state file or written in JSON. */
export type RuleFunction = (
  request: RuleRequest,
) => RuleOutcome | undefined | Promise<RuleOutcome | undefined>;

const statusForm = 'an HTTP status from 200 to 599';
const status = z.int({ error: statusForm }).min(200, { error: statusForm }).max(599, { error: statusForm });
// Validated here, because Node would refuse invalid names only when it sends the answer.
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

/** Changes to the normal answer, applied in this order. */
const alterSchema = z.strictObject({
  status: status.optional(),
  headers: headers.optional(),
  /** Overrides members of the body, for instance with an unknown `status`. */
  fields: z.record(z.string(), z.unknown()).optional(),
  /** Members to remove from the body. */
  omit: z.array(z.string()).optional(),
  /** Changes `results`: every one twice, in reverse or random order, or every second one removed. */
  results: z.enum(['duplicated', 'reversed', 'shuffled', 'gaps']).optional(),
  /** Adds a member `padding` of this many bytes, to make the body huge. */
  padBytes: z.int().min(0).max(268_435_456).optional(),
  /** The share of the body's text to keep, so that it is no longer JSON. */
  truncate: shareSchema.optional(),
});

/** How to send an answer, whatever its source. Durations are real time, regardless of the emulator's clock. */
const sendSchema = z.strictObject({
  /** Wait before the first byte, after the request is handled. */
  delay: durationSchema.optional(),
  /** Sends the body in pieces over this time. */
  spread: durationSchema.optional(),
  /** Resets the connection after this share of the body. */
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
 * Disturbs or replaces answers, or scripts jobs. All given conditions must hold; of several rules that apply, only the
 * oldest acts.
 */
export const ruleSchema = z
  .strictObject({
    /** Such as 'POST'. */
    method: z.string().optional(),
    /** Searched for in the path as sent, without the query; a text is read as a regular expression. */
    path: pathSchema.optional(),
    operation: z.enum(operations, { error: `one of ${operations.join(', ')}` }).optional(),
    teamId: z.string().optional(),
    /** Which of the requests that match the other conditions, counted from 1. */
    nth: z.union([nth, z.array(nth)], { error: 'a number from 1, or a list of them' }).optional(),
    /** How often it acts before it is used up; default: no limit. */
    times: z.int().min(1).optional(),
    /** The share of requests that it acts on, drawn from the seed. */
    probability: shareSchema.optional(),
    /** Start time by the emulator's clock; a duration such as '30s' counts from when the rule is added. */
    from: windowSchema.optional(),
    /** End time, in the same form. */
    until: windowSchema.optional(),
    respond: respondSchema.optional(),
    alter: alterSchema.optional(),
    send: sendSchema.optional(),
    /** How the requested import proceeds. */
    job: jobScriptSchema.optional(),
    /** Refuses imports by the content of their rows; acts only on imports with a matching row. */
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
