package prism

import (
	"context"
	"strings"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
)

// WorkflowID is the id under which all callers of an import find the same tracker. "%" and "/" in the team id are
// percent-encoded, so that two imports never share one; nothing else is encoded, and nothing in the job id.
func WorkflowID(teamID, jobID string) string {
	return "prism-import/" + strings.NewReplacer("%", "%25", "/", "%2F").Replace(teamID) + "/" + jobID
}

// Activities are those of the worker of the calling workflows: what takes a client.
type Activities struct {
	Client client.Client
}

// JoinImport has the calling workflow told how an import ends: by the tracker that runs under WorkflowID, else by a new
// one. The server does both in one step, so the tracker cannot end in between. Wait by Ends.Await.
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

// QueryStatus asks a tracker how far it is. The context's deadline is how long it has to answer: without a worker a
// query would hang for half a minute.
func QueryStatus(ctx context.Context, c client.Client, workflowID string) (TrackingState, error) {
	var state TrackingState
	answer, err := c.QueryWorkflow(ctx, workflowID, "", StatusQuery)
	if err != nil {
		return state, err
	}
	err = answer.Get(&state)
	return state, err
}

// PollNow has a tracker look at its import at once.
func PollNow(ctx context.Context, c client.Client, workflowID string) error {
	return c.SignalWorkflow(ctx, workflowID, "", PollNowSignal, nil)
}

// SetPolling gives a tracker another polling policy, and returns what it does under it. The id makes it safe to repeat.
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
