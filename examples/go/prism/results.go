package prism

import (
	"time"

	"go.temporal.io/sdk/workflow"
)

// ReadResultsInput asks for a page of stored results.
type ReadResultsInput struct {
	URI   string      `json:"uri"`
	After *string     `json:"after"`
	Limit int         `json:"limit,omitempty"` // 1,000 unless given
	Only  ResultsMode `json:"only,omitempty"`  // ResultsFailed, or nothing for all
}

// ResultsPage is at most 256 KiB of results. It may be empty though others follow: go by Next alone.
type ResultsPage struct {
	Results []IndexedResult `json:"results"`
	Next    *string         `json:"next"`
}

// ReadResults calls each with every stored result, page by page, in the order of the API; only is ResultsFailed, or
// nothing for all. Every page stays in this workflow's history, which holds about a hundred of them.
func ReadResults(
	ctx workflow.Context, ref ResultsRef, only ResultsMode, options Options, each func(IndexedResult),
) error {
	ctx = workflow.WithActivityOptions(options.context(ctx), workflow.ActivityOptions{
		TaskQueue:           options.taskQueue(),
		StartToCloseTimeout: time.Minute,
		// When no worker serves that queue, this fails instead of waiting for ever.
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
