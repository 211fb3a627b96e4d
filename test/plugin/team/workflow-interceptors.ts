/** The team's interceptors of workflows: they sign all that a workflow sends on its way. */
import { defaultPayloadConverter } from '@temporalio/common';
import { workflowInfo, type Headers, type WorkflowInterceptors } from '@temporalio/workflow';

export function interceptors(): WorkflowInterceptors {
  const sign = <I extends { readonly headers: Headers }, R>(input: I, next: (input: I) => R): R => {
    const team = defaultPayloadConverter.toPayload(workflowInfo().workflowType);
    return next({ ...input, headers: { ...input.headers, team } });
  };
  return { outbound: [{ scheduleActivity: sign, startChildWorkflowExecution: sign }] };
}
