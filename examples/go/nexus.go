package main

import (
	"go.temporal.io/sdk/workflow"

	"prism-imports/examples/go/prism"
)

// Called is what a workflow in another namespace learned about its import.
type Called struct {
	State      prism.TrackingState
	End        prism.ImportEnd
	FailedRows []int64
}

// CallByNexus follows an import from another namespace, queries its progress, and reads its failed rows.
func CallByNexus(ctx workflow.Context, given Given) (Called, error) {
	var called Called
	input, err := submit(ctx, given)
	if err != nil {
		return called, err
	}
	input.Results = prism.ResultsStored
	service := prism.Service{Endpoint: given.Endpoint, Options: given.Tracker}
	tracking := service.TrackImport(ctx, input)
	// The tracker has started: from here on it can be queried.
	if err := tracking.GetNexusOperationExecution().Get(ctx, nil); err != nil {
		return called, err
	}
	job := prism.TrackedJob{TeamID: input.TeamID, JobID: input.JobID}
	if err := service.PollNow(ctx, job); err != nil {
		return called, err
	}
	if called.State, err = service.Status(ctx, job); err != nil {
		return called, err
	}
	if err := tracking.Get(ctx, &called.End); err != nil || called.End.ResultsRef == nil {
		return called, err
	}
	err = service.ReadResults(ctx, *called.End.ResultsRef, prism.ResultsFailed, func(row prism.IndexedResult) {
		called.FailedRows = append(called.FailedRows, row.Index)
	})
	return called, err
}
