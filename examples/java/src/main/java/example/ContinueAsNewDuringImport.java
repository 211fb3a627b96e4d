package example;

import example.contract.ImportEnd;
import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.util.HashMap;
import java.util.Map;

/** Continues as new while the child runs. Its return value would be lost. Its signal reaches the current run. */
@WorkflowInterface
public interface ContinueAsNewDuringImport {
  @WorkflowMethod
  ImportEnd run(State state);

  @SignalMethod
  void importFinished(ImportEnd end);

  /** `submitted` is null in the first run. `ends` has the outcomes that earlier runs received, by job id. */
  record State(Pipeline.Given given, Pipeline.Import submitted, Map<String, ImportEnd> ends) {}

  class Impl implements ContinueAsNewDuringImport {
    private final Map<String, ImportEnd> ends = new HashMap<>();

    @Override
    public ImportEnd run(State state) {
      state.ends().forEach(ends::putIfAbsent);
      if (state.submitted() == null) {
        var submitted = Pipeline.submit(state.given().teamId());
        AbandonImport.abandon(state.given(), submitted);
        // Signals may have arrived already. Carry them over, or they are lost.
        Workflow.newContinueAsNewStub(ContinueAsNewDuringImport.class)
            .run(new State(state.given(), submitted, ends));
      }
      return Pipeline.awaitEnd(state.given(), state.submitted().jobId(), ends);
    }

    @Override
    public void importFinished(ImportEnd end) {
      ends.put(end.jobId(), end);
    }
  }
}
