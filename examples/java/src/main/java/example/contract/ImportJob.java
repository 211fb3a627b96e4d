package example.contract;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * The job as the API sent it. Any field may be null. Times are strings because nothing has validated them.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ImportJob(
    @JsonProperty("job_id") String jobId,
    String status,
    Long total,
    Long processed,
    Long succeeded,
    Long failed,
    JsonNode error,
    List<JsonNode> results,
    @JsonProperty("created_at") String createdAt,
    @JsonProperty("expires_at") String expiresAt) {}
