package prism

import (
	"time"

	"go.temporal.io/sdk/workflow"
)

// Service calls the Nexus service prism-imports, for workflows in other namespaces, which cannot start trackImport as a
// child. All callers of an import share one tracker.
type Service struct {
	// Endpoint is the name that its operator gave it.
	Endpoint string
	Options  Options
}

// TrackedJob is an import that the service's TrackImport follows or has followed.
type TrackedJob struct {
	TeamID string `json:"teamId"`
	JobID  string `json:"jobId"`
}

// TrackImport starts the tracker of an import or joins the running one, which keeps the input of its first caller. The
// future yields an ImportEnd. Cancelling ctx detaches this caller only.
func (s Service) TrackImport(ctx workflow.Context, input TrackImportInput) workflow.NexusOperationFuture {
	return s.client().ExecuteOperation(s.Options.context(ctx), "trackImport", input, workflow.NexusOperationOptions{
		// If unset, the operation waits forever when no worker serves the endpoint.
		ScheduleToCloseTimeout: s.Options.limit(input),
		// By default a cancelled caller waits until the import ends, since the tracker continues for the others.
		CancellationType: workflow.NexusOperationCancellationTypeAbandon,
	})
}

// Status returns the state of an import's tracker, also after its end.
func (s Service) Status(ctx workflow.Context, job TrackedJob) (TrackingState, error) {
	var state TrackingState
	err := s.execute(ctx, "status", job).Get(ctx, &state)
	return state, err
}

// PollNow makes the running tracker of an import poll at once.
func (s Service) PollNow(ctx workflow.Context, job TrackedJob) error {
	return s.execute(ctx, "pollNow", job).Get(ctx, nil)
}

// ReadResults calls each with every stored result, as the function ReadResults does.
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
		ScheduleToCloseTimeout: time.Minute, // includes the retries of Nexus
	})
}

func (s Service) client() workflow.NexusClient {
	return workflow.NewNexusClient(s.Endpoint, "prism-imports")
}
