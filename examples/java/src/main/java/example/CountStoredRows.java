package example;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import example.contract.ImportEnd;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityOptions;
import io.temporal.failure.ApplicationFailure;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.io.IOException;
import java.time.Duration;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.s3.S3Client;

/** Stores the results of an import and reads them from the bucket with this program's own access. */
@WorkflowInterface
public interface CountStoredRows {
  @WorkflowMethod
  Count run(Pipeline.Given given, String jobId);

  record Count(long rows, long created, long failed) {}

  class Impl implements CountStoredRows {
    @Override
    public Count run(Pipeline.Given given, String jobId) {
      var stored = Pipeline.finish(given, jobId, "stored").resultsRef();
      if (stored == null) throw ApplicationFailure.newNonRetryableFailure("No results are stored", "NoResults");
      var activities =
          Workflow.newActivityStub(
              Bucket.class, ActivityOptions.newBuilder().setStartToCloseTimeout(Duration.ofMinutes(5)).build());
      return activities.count(stored);
    }
  }

  @ActivityInterface
  interface Bucket {
    Count count(ImportEnd.ResultsRef stored);

    /** Reads line by line, whatever the size. Each line is the result of one row, in the order of the API. */
    record Impl(ObjectMapper mapper) implements Bucket {
      @Override
      public Count count(ImportEnd.ResultsRef stored) {
        // `s3://bucket/key` holds the key unencoded. A URI class would decode it.
        var place = stored.uri().substring("s3://".length()).split("/", 2);
        long rows = 0;
        long created = 0;
        long failed = 0;
        try (var s3 = client();
            var object = s3.getObject(get -> get.bucket(place[0]).key(place[1]));
            var results = mapper.readerFor(JsonNode.class).<JsonNode>readValues(object)) {
          while (results.hasNextValue()) {
            var result = results.nextValue();
            rows += 1;
            if (result.path("created").asBoolean()) created += 1;
            if (result.hasNonNull("error")) failed += 1;
          }
        } catch (IOException error) {
          throw ApplicationFailure.newFailureWithCause("Reading " + stored.uri() + " failed", "ResultsUnread", error);
        }
        return new Count(rows, created, failed);
      }

      /** Credentials, region and endpoint come from `AWS_*`. An endpoint other than AWS gets path-style addresses. */
      private static S3Client client() {
        return S3Client.builder()
            .httpClient(UrlConnectionHttpClient.create())
            .forcePathStyle(System.getenv("AWS_ENDPOINT_URL_S3") != null)
            .build();
      }
    }
  }
}
