package prism

import (
	"errors"
	"fmt"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// Options for starting a tracker. The zero values are the defaults.
type Options struct {
	// TaskQueue of the trackers; default "prism-imports".
	TaskQueue string
	// Grace is how long after WaitTimeout the server ends a tracker that no worker serves; default an hour, which is how
	// long all workers may be down at the end of a wait. Without WaitTimeout the limit is 9 days, since a tracker then
	// usually ends within 8: the API's retention, and up to a day of polling after it.
	Grace Duration
	// Plain sends payloads for trackers unencrypted: set it if this caller has a payload codec and the trackers' worker
	// has none. The Client of Activities must then have no codec.
	Plain bool
}

// SilentTracker is the type of the failure of a tracker that did not end in time.
const SilentTracker = "SilentTracker"

// TrackImport awaits the tracker and returns the outcome. If this workflow closes early, tracking stops. The import
// itself continues.
func TrackImport(ctx workflow.Context, input TrackImportInput, options Options) (ImportEnd, error) {
	var end ImportEnd
	tracker := child(ctx, input, options, enumspb.PARENT_CLOSE_POLICY_REQUEST_CANCEL)
	err := tracker.Get(ctx, &end)
	var timeout *temporal.TimeoutError
	if errors.As(err, &timeout) {
		return end, options.silent(input, err)
	}
	return end, err
}

// StartTrackImport starts a tracker that outlives this run and this workflow. The tracker signals the outcome to the
// workflow's current run, where Ends.Await waits for it.
func StartTrackImport(ctx workflow.Context, input TrackImportInput, options Options) error {
	input.Notify = append(input.Notify, Subscriber{}) // the parent, by importFinished
	tracker := child(ctx, input, options, enumspb.PARENT_CLOSE_POLICY_ABANDON)
	// Wait for the start: if this workflow closes or continues as new before, the child never starts.
	return tracker.GetChildWorkflowExecution().Get(ctx, nil)
}

func child(
	ctx workflow.Context, input TrackImportInput, options Options, policy enumspb.ParentClosePolicy,
) workflow.ChildWorkflowFuture {
	ctx = workflow.WithChildOptions(options.context(ctx), workflow.ChildWorkflowOptions{
		TaskQueue:         options.taskQueue(),
		WorkflowID:        workflow.GetInfo(ctx).WorkflowExecution.ID + "/import/" + input.JobID,
		ParentClosePolicy: policy,
		// The server ends a tracker that no worker serves. A served tracker ends earlier by itself.
		WorkflowExecutionTimeout: options.limit(input),
		WaitForCancellation:      true,
		StaticSummary:            "Import " + input.JobID,
	})
	return workflow.ExecuteChildWorkflow(ctx, TrackImportWorkflow, input)
}

func (o Options) context(ctx workflow.Context) workflow.Context {
	if !o.Plain {
		return ctx
	}
	return workflow.WithDataConverter(ctx, converter.GetDefaultDataConverter())
}

func (o Options) taskQueue() string {
	if o.TaskQueue == "" {
		return TaskQueue
	}
	return o.TaskQueue
}

func (o Options) limit(input TrackImportInput) time.Duration {
	if input.WaitTimeout == 0 {
		return 9 * 24 * time.Hour
	}
	if o.Grace == 0 {
		return time.Duration(input.WaitTimeout) + time.Hour
	}
	return time.Duration(input.WaitTimeout + o.Grace)
}

func (o Options) silent(input TrackImportInput, cause error) error {
	message := fmt.Sprintf("the tracker of import %s has not ended within %s: does a worker serve the task queue %q?",
		input.JobID, o.limit(input), o.taskQueue())
	return temporal.NewNonRetryableApplicationError(message, SilentTracker, cause)
}
