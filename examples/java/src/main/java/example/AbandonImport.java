package example;

import example.contract.ImportEnd;
import example.contract.TrackImport;
import example.contract.TrackImportInput.Notify;
import io.temporal.api.enums.v1.ParentClosePolicy;
import io.temporal.workflow.Async;
import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.util.HashMap;
import java.util.Map;

/** Does not wait for the child. The child signals the outcome. */
@WorkflowInterface
public interface AbandonImport {
  @WorkflowMethod
  ImportEnd run(Pipeline.Given given);

  @SignalMethod
  void importFinished(ImportEnd end);

  class Impl implements AbandonImport {
    private final Map<String, ImportEnd> ends = new HashMap<>();

    @Override
    public ImportEnd run(Pipeline.Given given) {
      var submitted = Pipeline.submit(given.teamId());
      abandon(given, submitted);
      // … the rest of the pipeline …
      return Pipeline.awaitEnd(given, submitted.jobId(), ends);
    }

    @Override
    public void importFinished(ImportEnd end) {
      ends.put(end.jobId(), end);
    }
  }

  /** Starts a tracker that outlives this run. It signals `importFinished` to the current run. */
  static void abandon(Pipeline.Given given, Pipeline.Import submitted) {
    var options =
        Pipeline.childOptions(given, submitted.jobId())
            .setParentClosePolicy(ParentClosePolicy.PARENT_CLOSE_POLICY_ABANDON)
            .build();
    var tracker = Workflow.newChildWorkflowStub(TrackImport.class, options);
    Async.function(tracker::trackImport, Pipeline.inputOf(given, submitted).notified(Notify.parent()));
    // If the parent closes before the child has started, the child never starts.
    Workflow.getWorkflowExecution(tracker).get();
  }
}
