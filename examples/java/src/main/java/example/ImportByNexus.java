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

/** Follows an import from another namespace than the tracker's, through the Nexus endpoint that leads there. */
@WorkflowInterface
public interface ImportByNexus {
  @WorkflowMethod
  Answer run(String endpoint, TrackImportInput input);

  /** `failed` is the first page of failed rows, null where no results are stored. */
  record Answer(ImportEnd end, String phase, StoredResults.Page failed) {}

  class Impl implements ImportByNexus {
    @Override
    public Answer run(String endpoint, TrackImportInput input) {
      var limits =
          NexusOperationOptions.newBuilder()
              .setScheduleToCloseTimeout(Duration.ofHours(2))
              // Otherwise a cancelled caller waits for the end of the import: the tracker goes on for the others.
              .setCancellationType(NexusOperationCancellationType.ABANDON)
              .build();
      var service = NexusServiceOptions.newBuilder().setEndpoint(endpoint).setOperationOptions(limits).build();
      var prism = Workflow.newNexusServiceStub(PrismImports.class, service);
      var tracked = Workflow.startNexusOperation(prism::trackImport, input);
      tracked.getExecution().get(); // the tracker runs now, started by this or by an earlier caller
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
