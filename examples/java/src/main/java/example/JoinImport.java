package example;

import example.contract.ImportEnd;
import example.contract.TrackImport;
import example.contract.TrackImportInput;
import example.contract.TrackerIds;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityOptions;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Follows an import that others may follow too: joins its one tracker, or starts it. */
@WorkflowInterface
public interface JoinImport {
  @WorkflowMethod
  ImportEnd run(Pipeline.Given given, String jobId);

  @SignalMethod
  void importFinished(ImportEnd end);

  class Impl implements JoinImport {
    private final Map<String, ImportEnd> ends = new HashMap<>();

    @Override
    public ImportEnd run(Pipeline.Given given, String jobId) {
      var activities =
          Workflow.newActivityStub(
              Joiner.class, ActivityOptions.newBuilder().setStartToCloseTimeout(Duration.ofSeconds(30)).build());
      activities.joinOrStart(given.trackerQueue(), TrackImportInput.of(given.teamId(), jobId));
      return Pipeline.awaitEnd(given, jobId, ends);
    }

    @Override
    public void importFinished(ImportEnd end) {
      ends.put(end.jobId(), end);
    }
  }

  @ActivityInterface
  interface Joiner {
    void joinOrStart(String trackerQueue, TrackImportInput input);

    /** Starts and subscribes in one request to the server, so the tracker cannot end in between. */
    record Impl(WorkflowClient client) implements Joiner {
      @Override
      public void joinOrStart(String trackerQueue, TrackImportInput input) {
        var options =
            WorkflowOptions.newBuilder()
                .setWorkflowId(TrackerIds.canonical(input.teamId(), input.jobId()))
                .setTaskQueue(trackerQueue)
                .build();
        var tracker = client.newWorkflowStub(TrackImport.class, options);
        var self = Activity.getExecutionContext().getInfo().getWorkflowId();
        var both = client.newSignalWithStartRequest();
        both.add(tracker::trackImport, input);
        both.add(tracker::subscribe, new TrackImportInput.Notify(self, null));
        client.signalWithStart(both);
      }
    }
  }
}
