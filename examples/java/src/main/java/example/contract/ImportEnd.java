package example.contract;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonSubTypes.Type;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;
import java.util.List;

/**
 * How an import ended: a union on `status`. Later releases may add fields and statuses. Unknown fields are ignored. An
 * unknown status becomes {@link Other}.
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
   * `complete` or `failed`, as reported by the API. Rows of a complete import may still have failed: see `job.failed`.
   * `failedResults` and `failedOmitted` are null unless `results` was `failed`.
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

  /** `expired`: the API no longer has the import. `evidence` says whether it ever had it. `lastSeen` may be null. */
  record Expired(
      String status,
      String teamId,
      String jobId,
      ImportJob lastSeen,
      String evidence,
      String message,
      Tracking tracking)
      implements ImportEnd {}

  /** `timed_out`: the wait ended first. `lost`: the outcome is unknown. `lastSeen` and `problem` may be null. */
  record Unseen(
      String status, String teamId, String jobId, ImportJob lastSeen, Problem problem, Tracking tracking)
      implements ImportEnd {}

  /** `error` or `cancelled`: sent by signal only. A caller that awaits the tracker gets an exception instead. */
  record NotFollowed(String status, String teamId, String jobId, Failure failure) implements ImportEnd {}

  /** A status that this program does not know. */
  record Other(String status, String teamId, String jobId) implements ImportEnd {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Failure(String type, String message) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Tracking(int polls, Instant startedAt, Instant endedAt) {}

  /** Where the results of all rows are stored, one JSON object per line. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record ResultsRef(String uri, long rows, long bytes, String sha256) {}

  /** What went wrong with the last poll. Later releases may add codes, so `code` is not an enum. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Problem(String code, String message, Instant since) {}
}
