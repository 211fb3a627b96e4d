package example.contract;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.time.Instant;

/** The result of the query `status` and of the update `setPolling`. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record TrackingState(
    String phase, // waiting, polling, delivering or done
    ImportJob job, // null before the API's first answer; never has results
    Progress progress,
    int polls,
    Instant lastPollAt, // null before the first poll
    Instant nextPollAt, // null unless the phase is waiting
    Instant expiresAt, // null when the input was refused
    ImportEnd.Problem problem) { // null unless the last poll had a problem

  /** Progress of an import. A field is null if the API has not sent enough to compute it. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Progress(
      Long processed, // null while the API sends no counter
      Long total, // the same
      Double fraction, // null unless both are known and the total is not 0
      Double rowsPerSecond, // null until rows have been processed
      Instant estimatedEndAt, // null without a rate or a total
      Instant earliestEndAt, // null if there is no bound on this side
      Instant latestEndAt) {} // the same
}
