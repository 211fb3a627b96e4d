package prism

import (
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"
)

// Ends holds what trackers have told a workflow by the signal importFinished, and nobody has awaited yet. A workflow has
// one of it, however many imports it follows: their trackers end in any order, and all send the same signal. Hand it to
// the next run when continuing as new.
type Ends []ImportEnd

// Await waits for the end of this import, and keeps those of others. What is left of the input's WaitTimeout, and the
// grace, counts from startedAt, when the tracker was started: a tracker that the server has given up tells nobody.
func (e *Ends) Await(
	ctx workflow.Context, input TrackImportInput, options Options, startedAt time.Time,
) (ImportEnd, error) {
	isOfImport := func(end ImportEnd) bool { return end.TeamID == input.TeamID && end.JobID == input.JobID }
	isTold := func() bool {
		e.Receive(ctx)
		return slices.ContainsFunc(*e, isOfImport)
	}
	left := startedAt.Add(options.limit(input)).Sub(workflow.Now(ctx))
	inTime, err := workflow.AwaitWithTimeout(ctx, left, isTold)
	if err != nil {
		return ImportEnd{}, err
	}
	if !inTime {
		return ImportEnd{}, options.silent(input, nil)
	}
	index := slices.IndexFunc(*e, isOfImport)
	end := (*e)[index]
	*e = slices.Delete(*e, index, index+1)
	return end, nil
}

// Receive takes what has been signalled so far. Call it before continuing as new: signals that were received and not
// read are lost.
func (e *Ends) Receive(ctx workflow.Context) {
	told := workflow.GetSignalChannel(ctx, ImportFinishedSignal)
	for {
		var end ImportEnd
		if !told.ReceiveAsync(&end) {
			return
		}
		*e = append(*e, end)
	}
}
