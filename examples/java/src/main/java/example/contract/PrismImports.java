package example.contract;

import io.nexusrpc.Operation;
import io.nexusrpc.Service;

/** The Nexus service of the trackers' worker, for workflows in other namespaces. */
@Service(name = "prism-imports")
public interface PrismImports {
  /** All callers of an import wait for one tracker. `notify: [{}]` is refused, since there is no parent. */
  @Operation
  ImportEnd trackImport(TrackImportInput input);

  @Operation
  TrackingState status(Job job);

  @Operation
  Void pollNow(Job job);

  @Operation
  StoredResults.Page readResults(StoredResults.Request request);

  record Job(String teamId, String jobId) {}
}
