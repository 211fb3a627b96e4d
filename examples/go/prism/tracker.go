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

// Options say how a tracker is started. Zero values are the usual ones.
type Options struct {
	// TaskQueue of the trackers; usually "prism-imports".
	TaskQueue string
	// Grace is how long after the WaitTimeout of an input its tracker is given up, because no worker serves it. Usually
	// an hour: that long may all workers be away at the end of a wait. Without a WaitTimeout the limit is 8 days, since a
	// tracker then ends with the API's retention, usually after 7.
	Grace Duration
	// Plain is for a worker of trackers that has no payload codec, and a caller that has one: what goes to that worker is
	// not encrypted. The Client of Activities must have no codec then.
	Plain bool
}

// SilentTracker is the type of the failure that says that a tracker did not end in time.
const SilentTracker = "SilentTracker"

// TrackImport awaits the tracker: the child's return value says how the import ended. When this workflow ends early, so
// does the tracking, not the import.
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

// StartTrackImport starts a tracker that outlives this run, and this workflow. It tells the workflow's current run how
// the import ended, by the signal that Ends.Await waits for.
func StartTrackImport(ctx workflow.Context, input TrackImportInput, options Options) error {
	input.Notify = append(input.Notify, Subscriber{}) // the parent, by importFinished
	tracker := child(ctx, input, options, enumspb.PARENT_CLOSE_POLICY_ABANDON)
	// Before the child has started, this workflow must not end nor continue as new: the child would never be.
	return tracker.GetChildWorkflowExecution().Get(ctx, nil)
}

func child(
	ctx workflow.Context, input TrackImportInput, options Options, policy enumspb.ParentClosePolicy,
) workflow.ChildWorkflowFuture {
	ctx = workflow.WithChildOptions(options.context(ctx), workflow.ChildWorkflowOptions{
		TaskQueue:         options.taskQueue(),
		WorkflowID:        workflow.GetInfo(ctx).WorkflowExecution.ID + "/import/" + input.JobID,
		ParentClosePolicy: policy,
		// The server ends a tracker that nobody serves; one that is served ends by itself before.
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
		return 8 * 24 * time.Hour
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
