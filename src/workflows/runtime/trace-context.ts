import type { Headers, WorkflowInterceptors } from '@temporalio/workflow';

/**
 * The header in which Temporal's OpenTelemetry interceptors pass a trace on (`TRACE_HEADER` of
 * @temporalio/interceptors-opentelemetry-v2).
 */
export const traceHeader = '_tracer-data';

/** Maximum size of a trace to pass on, in bytes: what W3C's specifications of its parts require, with room to spare. */
const maxTraceBytes = 16_384;

/**
 * Passes the trace of a workflow's caller on, unparsed, to its activities, children, signals and next run, so that it
 * reaches the requests to the API. Without a trace it adds nothing. It is part of every bundle, because a workflow must
 * not depend on its worker's settings. Temporal's own workflow interceptors would not do: they await, which changes the
 * order of commands, so that older histories would not replay. If a team's bundle has them, their trace stays.
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
