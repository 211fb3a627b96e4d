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

/** Lets the child go and does something else; the child's signal says how the import ended. */
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
      // … the rest of the pipeline would go on here …
      return Pipeline.hear(given, submitted.jobId(), ends);
    }

    @Override
    public void importFinished(ImportEnd end) {
      ends.put(end.jobId(), end);
    }
  }

  /** Starts a tracker that outlives this run and signals `importFinished` to whichever run is the current one. */
  static void abandon(Pipeline.Given given, Pipeline.Import submitted) {
    var options =
        Pipeline.childOptions(given, submitted.jobId())
            .setParentClosePolicy(ParentClosePolicy.PARENT_CLOSE_POLICY_ABANDON)
            .build();
    var tracker = Workflow.newChildWorkflowStub(TrackImport.class, options);
    Async.function(tracker::trackImport, Pipeline.inputOf(given, submitted).notified(Notify.parent()));
    // A parent that ends before its child has started takes the child with it.
    Workflow.getWorkflowExecution(tracker).get();
  }
}
