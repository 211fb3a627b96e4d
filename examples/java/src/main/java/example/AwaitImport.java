package example;

import example.contract.ImportEnd;
import example.contract.TrackImport;
import io.temporal.api.enums.v1.ParentClosePolicy;
import io.temporal.failure.ChildWorkflowFailure;
import io.temporal.failure.TimeoutFailure;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Awaits the child, which returns the outcome. If this workflow closes early, tracking stops. */
@WorkflowInterface
public interface AwaitImport {
  @WorkflowMethod
  ImportEnd run(Pipeline.Given given);

  class Impl implements AwaitImport {
    @Override
    public ImportEnd run(Pipeline.Given given) {
      var submitted = Pipeline.submit(given.teamId());
      var options =
          Pipeline.childOptions(given, submitted.jobId())
              .setParentClosePolicy(ParentClosePolicy.PARENT_CLOSE_POLICY_REQUEST_CANCEL)
              .build();
      var tracker = Workflow.newChildWorkflowStub(TrackImport.class, options);
      try {
        return tracker.trackImport(Pipeline.inputOf(given, submitted));
      } catch (ChildWorkflowFailure failure) {
        if (failure.getCause() instanceof TimeoutFailure) throw Pipeline.silent(given);
        throw failure;
      }
    }
  }
}
