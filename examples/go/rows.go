package main

import (
	"context"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"prism-imports/examples/go/prism"
)

// FailedRows says which rows of an import failed, and how many of them the outcome had no room for.
type FailedRows struct {
	Indexes []int64
	Omitted int
}

// ListFailedRows returns the failed rows. It takes a few from the outcome and reads many page by page.
func ListFailedRows(ctx workflow.Context, given Given) (FailedRows, error) {
	end, err := follow(ctx, given, prism.ResultsFailed)
	if err != nil {
		return FailedRows{}, err
	}
	rows := FailedRows{Omitted: end.FailedOmitted}
	list := func(row prism.IndexedResult) { rows.Indexes = append(rows.Indexes, row.Index) }
	if end.FailedOmitted > 0 && end.ResultsRef != nil {
		err := prism.ReadResults(ctx, *end.ResultsRef, prism.ResultsFailed, given.Tracker, list)
		return rows, err
	}
	for _, row := range end.FailedResults {
		list(row)
	}
	return rows, nil
}

// Counts of the rows that an activity read from the bucket.
type Counts struct{ Rows, Created, Failed int }

// CountStoredRows stores all results, and reads them from the bucket in an activity.
func CountStoredRows(ctx workflow.Context, given Given) (Counts, error) {
	var counts Counts
	end, err := follow(ctx, given, prism.ResultsStored)
	if err != nil || end.ResultsRef == nil {
		return counts, err
	}
	err = workflow.ExecuteActivity(own(ctx), CountRows, *end.ResultsRef).Get(ctx, &counts)
	return counts, err
}

// follow awaits an import that must end with results. Any other status is a failure.
func follow(ctx workflow.Context, given Given, results prism.ResultsMode) (prism.ImportEnd, error) {
	input, err := submit(ctx, given)
	if err != nil {
		return prism.ImportEnd{}, err
	}
	input.Results = results
	end, err := prism.TrackImport(ctx, input, given.Tracker)
	if err != nil {
		return end, err
	}
	switch end.Status {
	case prism.Complete, prism.Failed:
		return end, nil
	default:
		return end, temporal.NewNonRetryableApplicationError("the import is "+string(end.Status), "NotFinished", nil)
	}
}

// CountRows is that activity. It needs read access to the bucket.
func CountRows(ctx context.Context, ref prism.ResultsRef) (Counts, error) {
	var counts Counts
	bucket, err := prism.NewS3Client(ctx)
	if err != nil {
		return counts, err
	}
	err = prism.ReadStored(ctx, bucket, ref, func(row prism.IndexedResult) error {
		counts.Rows++
		if row.Result.HasFailed() {
			counts.Failed++
		} else if row.Result.Created {
			counts.Created++
		}
		return nil
	})
	return counts, err
}
