package example.contract;

import io.temporal.workflow.QueryMethod;
import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.UpdateMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** The workflow that follows one import to its end. Callers start it by name and do not need its code. */
@WorkflowInterface
public interface TrackImport {
  @WorkflowMethod(name = "trackImport")
  ImportEnd trackImport(TrackImportInput input);

  @QueryMethod
  TrackingState status();

  /** Polls at once. */
  @SignalMethod
  void pollNow();

  /** Adds a workflow that is signalled when the import ends. */
  @SignalMethod
  void subscribe(TrackImportInput.Notify subscriber);

  /** Changes the polling policy at once. */
  @UpdateMethod
  TrackingState setPolling(TrackImportInput.Polling polling);
}
