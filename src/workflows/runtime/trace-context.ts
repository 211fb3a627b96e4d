import type { Headers, WorkflowInterceptors } from '@temporalio/workflow';

/**
 * The header in which Temporal's OpenTelemetry interceptors hand a trace on (`TRACE_HEADER` of
 * @temporalio/interceptors-opentelemetry-v2).
 */
export const traceHeader = '_tracer-data';

/** Longest trace that is handed on, in bytes: what W3C's specifications of its parts ask for, with room. */
const maxTraceBytes = 16_384;

/**
 * Hands the trace of whoever started a workflow on to its activities, children, signals and next run, unread; without
 * one it adds nothing. So a caller's trace reaches the requests made for it. In every bundle, since a workflow must not
 * depend on the settings of its worker, and instead of Temporal's own interceptors for workflows: these await, which
 * changes the order of commands, and histories of before would not replay. Where a team's bundle has those, their trace
 * stays.
 */
export function interceptors(): WorkflowInterceptors {
  let context: Headers = {};
  const passOn = <I extends { readonly headers: Headers }, R>(input: I, next: (input: I) => R): R =>
    next({ ...input, headers: { ...context, ...input.headers } });
  return {
    inbound: [
      {
        execute(input, next) {
          const found = input.headers[traceHeader];
          if (found !== undefined && (found.data?.length ?? 0) <= maxTraceBytes)
            context = { [traceHeader]: found };
          return next(input);
        },
      },
    ],
    outbound: [
      {
        scheduleActivity: passOn,
        startChildWorkflowExecution: passOn,
        signalWorkflow: passOn,
        continueAsNew: passOn,
      },
    ],
  };
}
