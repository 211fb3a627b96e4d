// The example pipeline in Go: starts a worker, runs one parent workflow, and prints the result as JSON.
package main

import (
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/google/uuid"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"

	"prism-imports/examples/go/prism"
)

// Workflows by mode, with their further arguments.
var workflows = map[string]struct {
	run  any
	more []any
}{
	"await":           {AwaitImport, nil},
	"abandon":         {AbandonImport, nil},
	"continue-as-new": {ContinueAsNewDuringImport, []any{nil}},
	"several":         {AwaitSeveral, nil},
	"join":            {JoinImport, nil},
	"failed-rows":     {ListFailedRows, nil},
	"stored-rows":     {CountStoredRows, nil},
	"nexus":           {CallByNexus, nil},
}

var (
	mode       = flag.String("mode", "await", "what to do: README.md lists the modes")
	address    = flag.String("address", cmp.Or(os.Getenv("TEMPORAL_ADDRESS"), "127.0.0.1:7233"), "the Temporal server")
	namespace  = flag.String("namespace", cmp.Or(os.Getenv("TEMPORAL_NAMESPACE"), "default"), "its namespace")
	baseURL    = flag.String("base-url", "http://127.0.0.1:8787", "the API; default: an emulator on this machine")
	team       = flag.String("team", "00000000-0000-4000-8000-000000000001", "the team")
	job        = flag.String("job", "", "an import that runs already; default: one of 120 contacts is started")
	workflowID = flag.String("workflow-id", "example-go/"+uuid.NewString(), "id of the parent")
	queue      = flag.String("tracker-queue", prism.TaskQueue, "task queue of the trackers")
	wait       = flag.Duration("wait", 2*time.Hour, "how long to wait for the import; 0: as long as the API keeps it")
	grace      = flag.Duration("grace", 0, "how much longer for its tracker; default: an hour")
	interval   = flag.Duration("initial-interval", 0, "first wait before a poll; default: the tracker's")
	endpoint   = flag.String("endpoint", "prism-imports", "the Nexus endpoint, for the mode nexus")
	plain      = flag.Bool("plain", false, "whether the trackers have no codec though this program has one")
)

func main() {
	flag.Parse()
	answer, err := run(context.Background())
	if err == nil {
		encoder := json.NewEncoder(os.Stdout)
		encoder.SetIndent("", "  ")
		err = encoder.Encode(answer)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context) (any, error) {
	options, err := clientOptions()
	if err != nil {
		return nil, err
	}
	c, err := client.Dial(options)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	switch *mode {
	case "status":
		ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
		defer cancel()
		return prism.QueryStatus(ctx, c, prism.WorkflowID(*team, *job))
	case "set-polling":
		return setPolling(ctx, c)
	}
	return runWorkflow(ctx, c)
}

// clientOptions encrypt payloads and failures if the environment has the trackers' keys.
func clientOptions() (client.Options, error) {
	warnings := slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})
	logger := log.NewStructuredLogger(slog.New(warnings))
	options := client.Options{HostPort: *address, Namespace: *namespace, Logger: logger}
	keys := os.Getenv("PRISM_ENCRYPTION_KEYS")
	if keys == "" {
		return options, nil
	}
	codec, err := prism.NewEncryptionCodec(keys)
	options.DataConverter = converter.NewCodecDataConverter(converter.GetDefaultDataConverter(), codec)
	options.FailureConverter = temporal.NewDefaultFailureConverter(temporal.DefaultFailureConverterOptions{
		DataConverter: options.DataConverter, EncodeCommonAttributes: true,
	})
	return options, err
}

// setPolling polls more often, and once at once.
func setPolling(ctx context.Context, c client.Client) (prism.TrackingState, error) {
	id := prism.WorkflowID(*team, *job)
	polling := prism.Polling{InitialInterval: prism.Duration(*interval), MaximumInterval: prism.Duration(time.Minute)}
	state, err := prism.SetPolling(ctx, c, id, polling, uuid.NewString())
	if err != nil {
		return state, err
	}
	return state, prism.PollNow(ctx, c, id)
}

func runWorkflow(ctx context.Context, c client.Client) (any, error) {
	chosen, isKnown := workflows[*mode]
	if !isKnown {
		return nil, fmt.Errorf("there is no mode %q", *mode)
	}
	taskQueue := "example-pipeline-go/" + *workflowID
	w := worker.New(c, taskQueue, worker.Options{})
	for _, each := range workflows {
		w.RegisterWorkflow(each.run)
	}
	w.RegisterActivity(&Submitter{BaseURL: *baseURL})
	trackers := c
	if *plain {
		var err error
		if trackers, err = client.NewClientFromExisting(c, client.Options{Namespace: *namespace}); err != nil {
			return nil, err
		}
		defer trackers.Close()
	}
	w.RegisterActivity(&prism.Activities{Client: trackers})
	w.RegisterActivity(CountRows)
	if err := w.Start(); err != nil {
		return nil, err
	}
	defer w.Stop()
	given := Given{
		TeamID: *team, JobID: *job, WaitTimeout: prism.Duration(*wait), Endpoint: *endpoint,
		Tracker: prism.Options{TaskQueue: *queue, Grace: prism.Duration(*grace), Plain: *plain},
	}
	if *interval > 0 {
		given.Polling = &prism.Polling{InitialInterval: prism.Duration(*interval), Jitter: new(float64)}
	}
	options := client.StartWorkflowOptions{ID: *workflowID, TaskQueue: taskQueue}
	run, err := c.ExecuteWorkflow(ctx, options, chosen.run, append([]any{given}, chosen.more...)...)
	if err != nil {
		return nil, err
	}
	var answer any
	err = run.Get(ctx, &answer)
	return answer, err
}
