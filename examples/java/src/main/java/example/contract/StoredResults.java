package example.contract;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.JsonNode;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import java.util.List;

/** The activity of the trackers' worker that reads stored results page by page. */
@ActivityInterface
public interface StoredResults {
  @ActivityMethod(name = "readResults")
  Page readResults(Request request);

  /** `after` is `next` of the previous page. `only` is `failed` or null. */
  record Request(String uri, String after, Integer limit, String only) {}

  /** `next` is null on the last page. A page may be empty although others follow. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Page(List<Result> results, String next) {}

  /** `index` is the row's position, from 0. A result larger than a page is null, with `omitted` and its `bytes`. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Result(long index, JsonNode result, boolean omitted, Long bytes) {}
}
