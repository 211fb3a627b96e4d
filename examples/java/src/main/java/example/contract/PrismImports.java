package example.contract;

import io.nexusrpc.Operation;
import io.nexusrpc.Service;

/** The Nexus service of the tracker's worker, for workflows of other namespaces. */
@Service(name = "prism-imports")
public interface PrismImports {
  /** Any number of callers wait for the one tracker of an import; `notify` has no parent here. */
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
