package example;

import example.contract.StoredResults;
import io.temporal.activity.ActivityOptions;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Lists the rows that failed. The outcome holds the first ones. Pages of the stored results hold all. */
@WorkflowInterface
public interface ListFailedRows {
  @WorkflowMethod
  FailedRows run(Pipeline.Given given, String jobId);

  record FailedRows(int inline, int pages, List<Long> indexes) {}

  class Impl implements ListFailedRows {
    @Override
    public FailedRows run(Pipeline.Given given, String jobId) {
      var finished = Pipeline.finish(given, jobId, "failed");
      var inline = finished.failedResults();
      if (finished.failedOmitted() == 0 || finished.resultsRef() == null) {
        return new FailedRows(inline.size(), 0, indexesOf(inline));
      }
      return readAll(given.trackerQueue(), finished.resultsRef().uri(), inline.size());
    }

    private static FailedRows readAll(String trackerQueue, String uri, int inline) {
      var options =
          ActivityOptions.newBuilder()
              .setTaskQueue(trackerQueue)
              .setStartToCloseTimeout(Duration.ofMinutes(1))
              // If no worker serves that queue, the activity fails instead of waiting forever.
              .setScheduleToStartTimeout(Duration.ofMinutes(10))
              .build();
      var stored = Workflow.newActivityStub(StoredResults.class, options);
      var indexes = new ArrayList<Long>();
      var pages = 0;
      String after = null;
      do {
        var page = stored.readResults(new StoredResults.Request(uri, after, 1000, "failed"));
        indexes.addAll(indexesOf(page.results()));
        pages += 1;
        after = page.next();
      } while (after != null);
      return new FailedRows(inline, pages, indexes);
    }

    private static List<Long> indexesOf(List<StoredResults.Result> results) {
      return results.stream().map(StoredResults.Result::index).toList();
    }
  }
}
