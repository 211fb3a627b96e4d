package example.contract;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * The input. Only the two ids are required. Null counts as absent.
 *
 * <p>Without `@JsonFormat`, Jackson writes a duration as a number of seconds, which the tracker refuses. With it,
 * Jackson writes `PT2H`. A record component cannot be named `notify`, hence `@JsonProperty`.
 */
public record TrackImportInput(
    String teamId,
    String jobId,
    Instant submittedAt,
    Polling polling,
    @JsonFormat(shape = JsonFormat.Shape.STRING) Duration waitTimeout,
    String results,
    @JsonProperty("notify") List<Notify> notified) {

  public record Polling(
      @JsonFormat(shape = JsonFormat.Shape.STRING) Duration initialInterval,
      Double backoffCoefficient,
      @JsonFormat(shape = JsonFormat.Shape.STRING) Duration maximumInterval,
      Double jitter,
      Boolean adaptive,
      Integer maximumPolls) {}

  /** A workflow to signal when the import has ended; by default the parent, with the signal `importFinished`. */
  public record Notify(String workflowId, String signal) {
    public static Notify parent() {
      return new Notify(null, null);
    }
  }

  public static TrackImportInput of(String teamId, String jobId) {
    return new TrackImportInput(teamId, jobId, null, null, null, null, null);
  }

  public TrackImportInput submittedAt(Instant time) {
    return new TrackImportInput(teamId, jobId, time, polling, waitTimeout, results, notified);
  }

  public TrackImportInput waitTimeout(Duration limit) {
    return new TrackImportInput(teamId, jobId, submittedAt, polling, limit, results, notified);
  }

  public TrackImportInput results(String where) {
    return new TrackImportInput(teamId, jobId, submittedAt, polling, waitTimeout, where, notified);
  }

  public TrackImportInput notified(Notify... workflows) {
    return new TrackImportInput(teamId, jobId, submittedAt, polling, waitTimeout, results, List.of(workflows));
  }
}
