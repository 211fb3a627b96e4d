package main

import (
	"strings"
	"time"

	"go.temporal.io/sdk/workflow"

	"prism-imports/examples/go/prism"
)

// Given is the input of all parents here.
type Given struct {
	TeamID string
	// JobID of a running import; empty if the parent is to start one. AwaitSeveral takes several, separated by commas.
	JobID       string
	Polling     *prism.Polling
	WaitTimeout prism.Duration
	Tracker     prism.Options
	// Endpoint for Nexus.
	Endpoint string
}

// AwaitImport awaits the child.
func AwaitImport(ctx workflow.Context, given Given) (prism.ImportEnd, error) {
	input, err := submit(ctx, given)
	if err != nil {
		return prism.ImportEnd{}, err
	}
	return prism.TrackImport(ctx, input, given.Tracker)
}

// AbandonImport does not wait for the child. The child signals the outcome.
func AbandonImport(ctx workflow.Context, given Given) (prism.ImportEnd, error) {
	input, err := submit(ctx, given)
	if err != nil {
		return prism.ImportEnd{}, err
	}
	startedAt := workflow.Now(ctx)
	if err := prism.StartTrackImport(ctx, input, given.Tracker); err != nil {
		return prism.ImportEnd{}, err
	}
	// … the rest of the pipeline …
	var ends prism.Ends
	return ends.Await(ctx, input, given.Tracker, startedAt)
}

// AwaitSeveral follows several imports at once. They may end in any order.
func AwaitSeveral(ctx workflow.Context, given Given) ([]prism.ImportEnd, error) {
	startedAt := workflow.Now(ctx)
	var inputs []prism.TrackImportInput
	for _, jobID := range strings.Split(given.JobID, ",") {
		input := prism.TrackImportInput{TeamID: given.TeamID, JobID: jobID, WaitTimeout: given.WaitTimeout}
		if err := prism.StartTrackImport(ctx, input, given.Tracker); err != nil {
			return nil, err
		}
		inputs = append(inputs, input)
	}
	var ends prism.Ends
	var inOrder []prism.ImportEnd
	for _, input := range inputs {
		end, err := ends.Await(ctx, input, given.Tracker, startedAt)
		if err != nil {
			return nil, err
		}
		inOrder = append(inOrder, end)
	}
	return inOrder, nil
}

// Carried is what a run of ContinueAsNewDuringImport passes to the next run.
type Carried struct {
	Input     prism.TrackImportInput
	StartedAt time.Time
	Ends      prism.Ends
}

// ContinueAsNewDuringImport continues as new while the child runs. The return value of the child would be lost. The
// signal reaches the current run.
func ContinueAsNewDuringImport(ctx workflow.Context, given Given, carried *Carried) (prism.ImportEnd, error) {
	if carried == nil {
		input, err := submit(ctx, given)
		if err != nil {
			return prism.ImportEnd{}, err
		}
		carried = &Carried{Input: input, StartedAt: workflow.Now(ctx)}
		if err := prism.StartTrackImport(ctx, input, given.Tracker); err != nil {
			return prism.ImportEnd{}, err
		}
		// Signals may have arrived already. Carry them over, or they are lost.
		carried.Ends.Receive(ctx)
		return prism.ImportEnd{}, workflow.NewContinueAsNewError(ctx, ContinueAsNewDuringImport, given, carried)
	}
	return carried.Ends.Await(ctx, carried.Input, given.Tracker, carried.StartedAt)
}

// JoinImport follows an import that other workflows may follow too. All of them share one tracker.
func JoinImport(ctx workflow.Context, given Given) (prism.ImportEnd, error) {
	input, err := submit(ctx, given)
	if err != nil {
		return prism.ImportEnd{}, err
	}
	startedAt := workflow.Now(ctx)
	var shared *prism.Activities
	joined := workflow.ExecuteActivity(own(ctx), shared.JoinImport, input, given.Tracker)
	if err := joined.Get(ctx, nil); err != nil {
		return prism.ImportEnd{}, err
	}
	var ends prism.Ends
	return ends.Await(ctx, input, given.Tracker, startedAt)
}

// submit starts an import, unless a job id is given.
func submit(ctx workflow.Context, given Given) (prism.TrackImportInput, error) {
	input := prism.TrackImportInput{
		TeamID: given.TeamID, JobID: given.JobID, Polling: given.Polling, WaitTimeout: given.WaitTimeout,
	}
	if given.JobID != "" {
		return input, nil
	}
	info := workflow.GetInfo(ctx)
	// Every attempt sends the same key, so a retry starts no second import.
	key := info.WorkflowExecution.ID + "/" + info.FirstRunID
	var submitted Submitted
	var submitter *Submitter
	err := workflow.ExecuteActivity(own(ctx), submitter.SubmitImport, given.TeamID, key).Get(ctx, &submitted)
	input.JobID, input.SubmittedAt = submitted.JobID, submitted.At
	return input, err
}

// own returns options for activities on the worker of these workflows.
func own(ctx workflow.Context) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute})
}
