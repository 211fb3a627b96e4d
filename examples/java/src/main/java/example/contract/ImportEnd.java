package example.contract;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonSubTypes.Type;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;
import java.util.List;

/**
 * How an import ended, told apart by `status`. Later releases may add fields and statuses: fields that are not here are
 * ignored, a status that is not here becomes {@link Other}.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonTypeInfo(
    use = JsonTypeInfo.Id.NAME,
    include = JsonTypeInfo.As.EXISTING_PROPERTY,
    property = "status",
    visible = true,
    defaultImpl = ImportEnd.Other.class)
@JsonSubTypes({
  @Type(value = ImportEnd.Finished.class, names = {"complete", "failed"}),
  @Type(value = ImportEnd.Expired.class, name = "expired"),
  @Type(value = ImportEnd.Unseen.class, names = {"timed_out", "lost"}),
  @Type(value = ImportEnd.NotFollowed.class, names = {"error", "cancelled"}),
})
public sealed interface ImportEnd {
  String status();

  String teamId();

  String jobId();

  /**
   * `complete` or `failed`, as the API says. Rows of a complete import may still have failed: `job.failed`. Both fields
   * on failed rows are null unless `results` was `failed`.
   */
  record Finished(
      String status,
      String teamId,
      String jobId,
      ImportJob job,
      ResultsRef resultsRef,
      boolean resultsOmitted,
      List<StoredResults.Result> failedResults,
      Integer failedOmitted,
      Tracking tracking)
      implements ImportEnd {}

  /** `expired`: the API no longer knows the import. `evidence` says whether it ever did; `lastSeen` may be null. */
  record Expired(
      String status,
      String teamId,
      String jobId,
      ImportJob lastSeen,
      String evidence,
      String message,
      Tracking tracking)
      implements ImportEnd {}

  /** `timed_out`: the wait was over first; `lost`: nobody knows. `lastSeen` and `problem` may be null. */
  record Unseen(
      String status, String teamId, String jobId, ImportJob lastSeen, Problem problem, Tracking tracking)
      implements ImportEnd {}

  /** `error` or `cancelled`: only ever signalled; whoever awaits the tracker gets an exception instead. */
  record NotFollowed(String status, String teamId, String jobId, Failure failure) implements ImportEnd {}

  /** A status that this program does not know yet. */
  record Other(String status, String teamId, String jobId) implements ImportEnd {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Failure(String type, String message) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Tracking(int polls, Instant startedAt, Instant endedAt) {}

  /** Where the results of all rows are stored, one JSON object a line. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record ResultsRef(String uri, long rows, long bytes, String sha256) {}

  /** What kept the tracker from looking. Of `code` there may be more some day, so it is no enum. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Problem(String code, String message, Instant since) {}
}
