package example.contract;

import io.temporal.workflow.QueryMethod;
import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.UpdateMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** The workflow that follows one import to its end, as its callers see it. They call it by name, without its code. */
@WorkflowInterface
public interface TrackImport {
  @WorkflowMethod(name = "trackImport")
  ImportEnd trackImport(TrackImportInput input);

  @QueryMethod
  TrackingState status();

  /** Polls at once. */
  @SignalMethod
  void pollNow();

  /** Tells this workflow, too, how the import ends. */
  @SignalMethod
  void subscribe(TrackImportInput.Notify subscriber);

  /** Another polling policy, in force at once. */
  @UpdateMethod
  TrackingState setPolling(TrackImportInput.Polling polling);
}
