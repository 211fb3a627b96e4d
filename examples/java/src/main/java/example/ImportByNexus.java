package example;

import example.contract.ImportEnd;
import example.contract.PrismImports;
import example.contract.StoredResults;
import example.contract.TrackImportInput;
import io.temporal.workflow.NexusOperationCancellationType;
import io.temporal.workflow.NexusOperationOptions;
import io.temporal.workflow.NexusServiceOptions;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.time.Duration;

/** Follows an import from another namespace, through a Nexus endpoint. */
@WorkflowInterface
public interface ImportByNexus {
  @WorkflowMethod
  Answer run(String endpoint, TrackImportInput input);

  /** `failed` is the first page of failed rows, or null if no results are stored. */
  record Answer(ImportEnd end, String phase, StoredResults.Page failed) {}

  class Impl implements ImportByNexus {
    @Override
    public Answer run(String endpoint, TrackImportInput input) {
      var limits =
          NexusOperationOptions.newBuilder()
              .setScheduleToCloseTimeout(Duration.ofHours(2))
              // By default a cancelled caller waits until the import ends: the tracker continues for the others.
              .setCancellationType(NexusOperationCancellationType.ABANDON)
              .build();
      var service = NexusServiceOptions.newBuilder().setEndpoint(endpoint).setOperationOptions(limits).build();
      var prism = Workflow.newNexusServiceStub(PrismImports.class, service);
      var tracked = Workflow.startNexusOperation(prism::trackImport, input);
      tracked.getExecution().get(); // the tracker runs, whether this caller or an earlier one started it
      var job = new PrismImports.Job(input.teamId(), input.jobId());
      prism.pollNow(job);
      var end = tracked.getResult().get();
      var phase = prism.status(job).phase();
      if (!(end instanceof ImportEnd.Finished finished) || finished.resultsRef() == null) {
        return new Answer(end, phase, null);
      }
      var request = new StoredResults.Request(finished.resultsRef().uri(), null, 100, "failed");
      return new Answer(end, phase, prism.readResults(request));
    }
  }
}
