package prism

import (
	"context"
	"strings"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
)

// WorkflowID is the id under which all callers of an import find the same tracker. "%" and "/" in the team id are
// percent-encoded, so two imports never share an id. Nothing else is encoded, and nothing in the job id.
func WorkflowID(teamID, jobID string) string {
	return "prism-import/" + strings.NewReplacer("%", "%25", "/", "%2F").Replace(teamID) + "/" + jobID
}

// Activities need a client. Register them on the worker of the calling workflows.
type Activities struct {
	Client client.Client
}

// JoinImport subscribes the calling workflow to the tracker that runs under WorkflowID, or starts that tracker. It is
// one request to the server, so the tracker cannot end in between. Wait with Ends.Await.
func (a *Activities) JoinImport(ctx context.Context, input TrackImportInput, options Options) error {
	caller := Subscriber{WorkflowID: activity.GetInfo(ctx).WorkflowExecution.ID}
	start := client.StartWorkflowOptions{
		TaskQueue:     options.taskQueue(),
		StaticSummary: "Import " + input.JobID,
	}
	id := WorkflowID(input.TeamID, input.JobID)
	_, err := a.Client.SignalWithStartWorkflow(ctx, id, SubscribeSignal, caller, start, TrackImportWorkflow, input)
	return err
}

// QueryStatus queries the state of a tracker. Give the context a deadline: without a worker a query hangs for half a
// minute.
func QueryStatus(ctx context.Context, c client.Client, workflowID string) (TrackingState, error) {
	var state TrackingState
	answer, err := c.QueryWorkflow(ctx, workflowID, "", StatusQuery)
	if err != nil {
		return state, err
	}
	err = answer.Get(&state)
	return state, err
}

// PollNow makes a tracker poll at once.
func PollNow(ctx context.Context, c client.Client, workflowID string) error {
	return c.SignalWorkflow(ctx, workflowID, "", PollNowSignal, nil)
}

// SetPolling changes the polling policy of a tracker and returns its new state. The update id makes retries safe.
func SetPolling(
	ctx context.Context, c client.Client, workflowID string, polling Polling, updateID string,
) (TrackingState, error) {
	var state TrackingState
	handle, err := c.UpdateWorkflow(ctx, client.UpdateWorkflowOptions{
		UpdateID:     updateID,
		WorkflowID:   workflowID,
		UpdateName:   SetPollingUpdate,
		Args:         []any{polling},
		WaitForStage: client.WorkflowUpdateStageCompleted,
	})
	if err != nil {
		return state, err
	}
	err = handle.Get(ctx, &state)
	return state, err
}
