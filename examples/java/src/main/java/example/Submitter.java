package example;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.temporal.activity.ActivityInterface;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The activity that starts an import through the API's import endpoint. */
@ActivityInterface
public interface Submitter {
  Pipeline.Import submitImport(String teamId, String idempotencyKey);

  record Impl(String baseUrl, ObjectMapper mapper) implements Submitter {
    /** The API answers small batches at once, without a job. */
    private static final int ROWS = 120;

    @Override
    public Pipeline.Import submitImport(String teamId, String idempotencyKey) {
      var submittedAt = Instant.now();
      try {
        var response = HttpClient.newHttpClient().send(request(teamId, idempotencyKey), BodyHandlers.ofString());
        if (response.statusCode() != 200 && response.statusCode() != 202) throw refusal(response.statusCode());
        var jobId = mapper.readTree(response.body()).path("job_id").asText(null);
        if (jobId == null) {
          throw ApplicationFailure.newNonRetryableFailure("Finished at once: nothing to follow", "NothingToFollow");
        }
        return new Pipeline.Import(teamId, jobId, submittedAt);
      } catch (IOException error) {
        throw ApplicationFailure.newFailureWithCause("The API could not be asked", "Unanswered", error);
      } catch (InterruptedException error) {
        Thread.currentThread().interrupt();
        throw ApplicationFailure.newFailureWithCause("Interrupted", "Unanswered", error);
      }
    }

    private HttpRequest request(String teamId, String idempotencyKey) throws IOException {
      var team = URLEncoder.encode(teamId, StandardCharsets.UTF_8).replace("+", "%20");
      var body = Map.of("objects", rows(), "options", Map.of("dedupe_by", "email"));
      return HttpRequest.newBuilder(URI.create(baseUrl + "/v2/prism/" + team + "/contact/import"))
          .timeout(Duration.ofSeconds(50))
          .header("content-type", "application/json")
          .header("x-api-key", System.getenv().getOrDefault("MICRO_API_KEY", "emulator-key"))
          .header("idempotency-key", idempotencyKey)
          .POST(BodyPublishers.ofString(mapper.writeValueAsString(body)))
          .build();
    }

    /** Temporal retries what may succeed later. It does not retry a refused request. */
    private static ApplicationFailure refusal(int status) {
      var passing = status == 409 || status == 429 || status >= 500;
      var message = "The import was answered with " + status;
      return passing
          ? ApplicationFailure.newFailure(message, "Unanswered")
          : ApplicationFailure.newNonRetryableFailure(message, "Refused");
    }

    private static List<Map<String, Object>> rows() {
      return IntStream.rangeClosed(1, ROWS)
          .mapToObj(
              number ->
                  Map.<String, Object>of(
                      "default",
                      Map.of("email", "person-" + number + "@example.com", "full_name", "Person " + number)))
          .toList();
    }
  }
}
