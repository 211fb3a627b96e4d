package prism

import (
	"time"

	"go.temporal.io/sdk/workflow"
)

// ReadResultsInput selects a page of stored results.
type ReadResultsInput struct {
	URI   string      `json:"uri"`
	After *string     `json:"after"`
	Limit int         `json:"limit,omitempty"` // default 1,000
	Only  ResultsMode `json:"only,omitempty"`  // ResultsFailed, or empty for all
}

// ResultsPage is at most 256 KiB of results. A page may be empty although others follow: only Next says whether.
type ResultsPage struct {
	Results []IndexedResult `json:"results"`
	Next    *string         `json:"next"`
}

// ReadResults calls each with every stored result, page by page, in the order of the API. only is ResultsFailed, or
// empty for all. Every page stays in this workflow's history, which holds about a hundred pages.
func ReadResults(
	ctx workflow.Context, ref ResultsRef, only ResultsMode, options Options, each func(IndexedResult),
) error {
	ctx = workflow.WithActivityOptions(options.context(ctx), workflow.ActivityOptions{
		TaskQueue:           options.taskQueue(),
		StartToCloseTimeout: time.Minute,
		// If no worker serves that queue, the activity fails instead of waiting forever.
		ScheduleToStartTimeout: 10 * time.Minute,
	})
	read := func(page ReadResultsInput) workflow.Future {
		return workflow.ExecuteActivity(ctx, ReadResultsActivity, page)
	}
	return readPages(ctx, ref, only, read, each)
}

func readPages(
	ctx workflow.Context, ref ResultsRef, only ResultsMode,
	read func(ReadResultsInput) workflow.Future, each func(IndexedResult),
) error {
	next := ReadResultsInput{URI: ref.URI, Only: only}
	for {
		var page ResultsPage
		if err := read(next).Get(ctx, &page); err != nil {
			return err
		}
		for _, result := range page.Results {
			each(result)
		}
		if page.Next == nil {
			return nil
		}
		next.After = page.Next
	}
}
