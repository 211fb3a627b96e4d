import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowOptions;
import io.temporal.common.converter.DataConverterException;
import io.temporal.common.converter.DefaultDataConverter;
import io.temporal.common.converter.JacksonJsonPayloadConverter;
import io.temporal.failure.ChildWorkflowFailure;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkflowImplementationOptions;
import io.temporal.workflow.Async;
import io.temporal.workflow.ChildWorkflowOptions;
import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What happens to Java types without annotations for Jackson: run with an address, a workflow id, team and job id, the
 * converter (`default` or `lenient`), what is read of the end (`result` or `signal`), and `wait` for a duration in the
 * input or `stall` for a worker without the option to fail workflows. Prints what became of it as JSON.
 */
public class Mistakes {
  /** An outcome has more fields than these. */
  public record End(String status, String jobId) {}

  @WorkflowInterface
  public interface Parent {
    @WorkflowMethod
    String run(Map<String, Object> input, String read);

    @SignalMethod
    void importFinished(End end);
  }

  public static class ParentImpl implements Parent {
    private End end;

    @Override
    public String run(Map<String, Object> input, String read) {
      var options =
          ChildWorkflowOptions.newBuilder()
              .setWorkflowId(Workflow.getInfo().getWorkflowId() + "/import")
              .setTaskQueue("prism-imports")
              .build();
      var tracker = Workflow.newUntypedChildWorkflowStub("trackImport", options);
      if (read.equals("result")) return tracker.execute(End.class, input).status();
      var ended = Async.function(() -> tracker.execute(Object.class, input));
      ended.get();
      return Workflow.await(Duration.ofSeconds(2), () -> end != null) ? end.status() : "no signal";
    }

    @Override
    public void importFinished(End end) {
      this.end = end;
    }
  }

  private static ObjectMapper mapper(String converter) {
    var mapper = JacksonJsonPayloadConverter.newDefaultObjectMapper();
    if (converter.equals("lenient")) {
      mapper.disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS);
      mapper.disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    }
    return mapper;
  }

  public static void main(String[] given) throws Exception {
    var stubs =
        WorkflowServiceStubs.newServiceStubs(WorkflowServiceStubsOptions.newBuilder().setTarget(given[0]).build());
    var converter =
        DefaultDataConverter.newDefaultInstance()
            .withPayloadConverterOverrides(new JacksonJsonPayloadConverter(mapper(given[4])));
    var client =
        WorkflowClient.newInstance(stubs, WorkflowClientOptions.newBuilder().setDataConverter(converter).build());
    var factory = WorkerFactory.newInstance(client);
    var stalling = given[6].equals("stall");
    var failing = WorkflowImplementationOptions.newBuilder();
    if (!stalling) failing.setFailWorkflowExceptionTypes(DataConverterException.class);
    factory.newWorker(given[1]).registerWorkflowImplementationTypes(failing.build(), ParentImpl.class);
    factory.start();
    var options =
        WorkflowOptions.newBuilder()
            .setWorkflowId(given[1])
            .setTaskQueue(given[1])
            .setWorkflowExecutionTimeout(Duration.ofSeconds(stalling ? 8 : 60))
            .build();
    var input = new HashMap<String, Object>();
    input.put("teamId", given[2]);
    input.put("jobId", given[3]);
    input.put("submittedAt", OffsetDateTime.now(ZoneOffset.ofHours(5)));
    input.put("polling", null);
    if (given[6].equals("wait")) input.put("waitTimeout", Duration.ofHours(2));
    if (given[5].equals("signal")) input.put("notify", List.of(Map.of()));
    String answer;
    try {
      answer = client.newWorkflowStub(Parent.class, options).run(input, given[5]);
    } catch (WorkflowFailedException failure) {
      var cause = failure.getCause();
      answer = String.valueOf(cause instanceof ChildWorkflowFailure ? cause.getCause() : cause);
    }
    System.out.println(new ObjectMapper().writeValueAsString(answer));
    System.exit(0);
  }
}
