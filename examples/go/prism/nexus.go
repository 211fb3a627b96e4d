package prism

import (
	"time"

	"go.temporal.io/sdk/workflow"
)

// Service calls the Nexus service prism-imports: for workflows of other namespaces, which cannot have trackImport as a
// child. All callers of an import share one tracker.
type Service struct {
	// Endpoint as its operator has named it.
	Endpoint string
	Options  Options
}

// TrackedJob is an import that TrackImport of the service follows, or has followed.
type TrackedJob struct {
	TeamID string `json:"teamId"`
	JobID  string `json:"jobId"`
}

// TrackImport starts the tracker of an import, or joins the one that runs, which goes on with the input of the first
// caller. What it returns brings an ImportEnd. Cancelling ctx detaches this caller alone.
func (s Service) TrackImport(ctx workflow.Context, input TrackImportInput) workflow.NexusOperationFuture {
	return s.client().ExecuteOperation(s.Options.context(ctx), "trackImport", input, workflow.NexusOperationOptions{
		// Unset, the operation would wait for ever when nobody serves the endpoint.
		ScheduleToCloseTimeout: s.Options.limit(input),
		// Otherwise a caller that is cancelled waits for the end of the import: the tracker goes on for the others.
		CancellationType: workflow.NexusOperationCancellationTypeAbandon,
	})
}

// Status says how far the tracker of an import is, also after its end.
func (s Service) Status(ctx workflow.Context, job TrackedJob) (TrackingState, error) {
	var state TrackingState
	err := s.execute(ctx, "status", job).Get(ctx, &state)
	return state, err
}

// PollNow has the running tracker of an import look at once.
func (s Service) PollNow(ctx workflow.Context, job TrackedJob) error {
	return s.execute(ctx, "pollNow", job).Get(ctx, nil)
}

// ReadResults calls each with every stored result, as the function of that name does.
func (s Service) ReadResults(
	ctx workflow.Context, ref ResultsRef, only ResultsMode, each func(IndexedResult),
) error {
	read := func(page ReadResultsInput) workflow.Future {
		return s.execute(ctx, "readResults", page)
	}
	return readPages(ctx, ref, only, read, each)
}

func (s Service) execute(ctx workflow.Context, operation string, input any) workflow.Future {
	return s.client().ExecuteOperation(s.Options.context(ctx), operation, input, workflow.NexusOperationOptions{
		ScheduleToCloseTimeout: time.Minute, // with Nexus's own tries in between
	})
}

func (s Service) client() workflow.NexusClient {
	return workflow.NewNexusClient(s.Endpoint, "prism-imports")
}
