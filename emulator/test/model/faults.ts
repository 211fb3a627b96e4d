import type { Rule } from '../../src';

/** How the next request of a sort can go wrong. `failed-after` answers 500 although the work is done. */
export type Fault = 'reset-before' | 'reset-after' | 'refused' | 'failed-after';

/** The rule that brings a fault about, once. */
export function ruleOf(operation: 'import' | 'status', fault: Fault): Rule {
  const once = { operation, times: 1 };
  if (fault === 'refused') return { ...once, respond: { status: 503 } };
  if (fault === 'failed-after') return { ...once, alter: { status: 500 } };
  return { ...once, respond: fault };
}
