package example;

import com.fasterxml.jackson.annotation.JsonFormat;
import example.contract.ImportEnd;
import example.contract.TrackImport;
import example.contract.TrackImportInput;
import io.temporal.activity.ActivityOptions;
import io.temporal.failure.ApplicationFailure;
import io.temporal.workflow.ChildWorkflowOptions;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** What the parents share. */
public final class Pipeline {
  private Pipeline() {}

  /** Input of the parents. */
  public record Given(
      String teamId, String trackerQueue, @JsonFormat(shape = JsonFormat.Shape.STRING) Duration waitTimeout) {
    /**
     * The execution timeout, which ends a tracker that no worker serves. It is longer than the wait, after which a
     * served tracker returns `timed_out`. Without a wait a tracker ends with the API's retention, usually a week.
     */
    Duration limit() {
      return waitTimeout.isZero() ? Duration.ofDays(9) : waitTimeout.multipliedBy(2);
    }
  }

  /** An import that the API has accepted. */
  public record Import(String teamId, String jobId, Instant submittedAt) {}

  /** Starts an import once: a retry sends the same idempotency key. */
  static Import submit(String teamId) {
    var activities =
        Workflow.newActivityStub(
            Submitter.class, ActivityOptions.newBuilder().setStartToCloseTimeout(Duration.ofSeconds(60)).build());
    var info = Workflow.getInfo();
    return activities.submitImport(teamId, info.getWorkflowId() + "/" + info.getFirstExecutionRunId());
  }

  static TrackImportInput inputOf(Given given, Import submitted) {
    return TrackImportInput.of(submitted.teamId(), submitted.jobId())
        .submittedAt(submitted.submittedAt())
        .waitTimeout(given.waitTimeout());
  }

  static ChildWorkflowOptions.Builder childOptions(Given given, String jobId) {
    return ChildWorkflowOptions.newBuilder()
        .setWorkflowId(Workflow.getInfo().getWorkflowId() + "/import")
        .setTaskQueue(given.trackerQueue())
        .setWorkflowExecutionTimeout(given.limit())
        .setStaticSummary("Import " + jobId + " of the example pipeline in Java");
  }

  /**
   * Waits for the signal of this import's tracker. `ends` has the outcomes received so far, by job id. The wait has a
   * limit because a tracker that no worker serves sends no signal.
   */
  static ImportEnd awaitEnd(Given given, String jobId, Map<String, ImportEnd> ends) {
    if (Workflow.await(given.limit(), () -> ends.containsKey(jobId))) return ends.get(jobId);
    throw silent(given);
  }

  /** Awaits an import that must end with results, which go where `results` says. Any other status is a failure. */
  static ImportEnd.Finished finish(Given given, String jobId, String results) {
    var tracker = Workflow.newChildWorkflowStub(TrackImport.class, childOptions(given, jobId).build());
    var input = TrackImportInput.of(given.teamId(), jobId).waitTimeout(given.waitTimeout()).results(results);
    var end = tracker.trackImport(input);
    if (!(end instanceof ImportEnd.Finished finished)) {
      throw ApplicationFailure.newNonRetryableFailure("The import is " + end.status(), "ImportNotFinished");
    }
    return finished;
  }

  static ApplicationFailure silent(Given given) {
    return ApplicationFailure.newNonRetryableFailure(
        "The tracker sent no outcome within " + given.limit() + ": does a worker serve the task queue "
            + given.trackerQueue() + "?",
        "TrackerSilent");
  }
}
