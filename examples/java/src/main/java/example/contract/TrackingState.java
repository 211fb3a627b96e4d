package example.contract;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.time.Instant;

/** What a tracker answers to the query `status`. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record TrackingState(
    String phase, // waiting, polling, delivering or done
    ImportJob job, // null before the first answer of the API; never with results
    Progress progress,
    int polls,
    Instant lastPollAt, // null before the first poll
    Instant nextPollAt, // null unless the phase is waiting
    Instant expiresAt, // null when the input was refused
    ImportEnd.Problem problem) { // null while nothing keeps the tracker from looking

  /** How far an import is. What the API does not tell enough about is null. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Progress(
      Long processed, // null while the API does not count
      Long total, // the same
      Double fraction, // null unless both are known and the total is not 0
      Double rowsPerSecond, // null until rows have been processed
      Instant estimatedEndAt, // null without a rate or a total
      Instant earliestEndAt, // null on a side about which nothing can be said
      Instant latestEndAt) {} // the same
}
