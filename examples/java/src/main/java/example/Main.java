package example;

import com.fasterxml.jackson.databind.ObjectMapper;
import example.contract.TrackImport;
import example.contract.TrackImportInput;
import example.contract.TrackImportInput.Polling;
import example.contract.TrackerIds;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.client.WorkflowOptions;
import io.temporal.common.converter.CodecDataConverter;
import io.temporal.common.converter.DefaultDataConverter;
import io.temporal.common.converter.JacksonJsonPayloadConverter;
import io.temporal.payload.codec.PayloadCodec;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.worker.WorkerFactory;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Runs one example, with a worker if it is a workflow, and prints its result as JSON. */
public final class Main {
  private static final String TASK_QUEUE = "example-pipeline-java";

  private final Map<String, String> options;
  private final ObjectMapper mapper = JacksonJsonPayloadConverter.newDefaultObjectMapper();
  private final WorkflowClient client;

  private Main(Map<String, String> options) {
    this.options = options;
    var address = option("--address", System.getenv().getOrDefault("TEMPORAL_ADDRESS", "127.0.0.1:7233"));
    var namespace = option("--namespace", System.getenv().getOrDefault("TEMPORAL_NAMESPACE", "default"));
    var stubs =
        WorkflowServiceStubs.newServiceStubs(WorkflowServiceStubsOptions.newBuilder().setTarget(address).build());
    client = WorkflowClient.newInstance(stubs, clientOptions(namespace));
  }

  private WorkflowClientOptions clientOptions(String namespace) {
    var clientOptions = WorkflowClientOptions.newBuilder().setNamespace(namespace);
    var keys = System.getenv("PRISM_ENCRYPTION_KEYS");
    if (keys == null) return clientOptions.build();
    PayloadCodec codec = new EncryptionCodec(keys);
    if (option("--trackers", "encrypted").equals("plain")) codec = new ExceptTrackers(codec);
    return clientOptions
        .setDataConverter(
            new CodecDataConverter(DefaultDataConverter.newDefaultInstance(), List.of(codec), true))
        .build();
  }

  public static void main(String[] arguments) throws Exception {
    var options = new HashMap<String, String>();
    for (var i = 0; i + 1 < arguments.length; i += 2) options.put(arguments[i], arguments[i + 1]);
    var main = new Main(options);
    System.out.println(main.mapper.writerWithDefaultPrettyPrinter().writeValueAsString(main.answer()));
    System.exit(0); // the SDK's threads would keep the program alive for a while
  }

  private Object answer() {
    var mode = option("--mode", "await");
    return switch (mode) {
      case "status" -> tracker().status();
      case "set-polling" -> setPolling();
      default -> runWorkflow(mode);
    };
  }

  private TrackImport tracker() {
    return client.newWorkflowStub(TrackImport.class, TrackerIds.canonical(team(), job()));
  }

  /** Polls more often, and once at once. */
  private Object setPolling() {
    var tracker = tracker();
    var state = tracker.setPolling(new Polling(Duration.ofSeconds(1), null, Duration.ofMinutes(1), null, null, null));
    tracker.pollNow();
    return state;
  }

  private Object runWorkflow(String mode) {
    var factory = WorkerFactory.newInstance(client);
    var worker = factory.newWorker(option("--task-queue", TASK_QUEUE + "/" + UUID.randomUUID()));
    worker.registerWorkflowImplementationTypes(
        AwaitImport.Impl.class,
        AbandonImport.Impl.class,
        ContinueAsNewDuringImport.Impl.class,
        JoinImport.Impl.class,
        ListFailedRows.Impl.class,
        CountStoredRows.Impl.class,
        ImportByNexus.Impl.class);
    worker.registerActivitiesImplementations(
        new Submitter.Impl(option("--base-url", "http://127.0.0.1:8787"), mapper),
        new JoinImport.Joiner.Impl(client),
        new CountStoredRows.Bucket.Impl(mapper));
    factory.start();
    try {
      return run(mode, worker.getTaskQueue());
    } finally {
      factory.shutdown();
    }
  }

  private Object run(String mode, String taskQueue) {
    var given =
        new Pipeline.Given(
            team(), option("--tracker-queue", "prism-imports"), Duration.parse(option("--wait", "PT2H")));
    var workflowOptions =
        WorkflowOptions.newBuilder()
            .setWorkflowId(option("--workflow-id", "example-java/" + UUID.randomUUID()))
            .setTaskQueue(taskQueue)
            .build();
    return switch (mode) {
      case "await" -> client.newWorkflowStub(AwaitImport.class, workflowOptions).run(given);
      case "abandon" -> client.newWorkflowStub(AbandonImport.class, workflowOptions).run(given);
      case "continue-as-new" -> client
          .newWorkflowStub(ContinueAsNewDuringImport.class, workflowOptions)
          .run(new ContinueAsNewDuringImport.State(given, null, Map.of()));
      case "join" -> client.newWorkflowStub(JoinImport.class, workflowOptions).run(given, job());
      case "failed-rows" -> client.newWorkflowStub(ListFailedRows.class, workflowOptions).run(given, job());
      case "stored-rows" -> client.newWorkflowStub(CountStoredRows.class, workflowOptions).run(given, job());
      case "nexus" -> client
          .newWorkflowStub(ImportByNexus.class, workflowOptions)
          .run(option("--endpoint", "prism-imports"), TrackImportInput.of(team(), job()).results("stored"));
      default -> throw new IllegalArgumentException("No mode " + mode);
    };
  }

  private String team() {
    return option("--team", "00000000-0000-4000-8000-000000000001");
  }

  private String job() {
    return option("--job", null);
  }

  private String option(String name, String otherwise) {
    return options.getOrDefault(name, otherwise);
  }
}
