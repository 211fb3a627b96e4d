package prism

import (
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"
)

// Ends holds the signals importFinished that a workflow has received and not yet awaited. A workflow has one Ends for
// all its imports: their trackers end in any order and send the same signal. Pass it to the next run when you continue
// as new.
type Ends []ImportEnd

// Await waits until this import has ended, and keeps the signals of others. WaitTimeout and Grace count from startedAt,
// the start of the tracker. The limit is needed because a tracker that the server has terminated sends no signal.
func (e *Ends) Await(
	ctx workflow.Context, input TrackImportInput, options Options, startedAt time.Time,
) (ImportEnd, error) {
	isOfImport := func(end ImportEnd) bool { return end.TeamID == input.TeamID && end.JobID == input.JobID }
	hasEnded := func() bool {
		e.Receive(ctx)
		return slices.ContainsFunc(*e, isOfImport)
	}
	left := startedAt.Add(options.limit(input)).Sub(workflow.Now(ctx))
	inTime, err := workflow.AwaitWithTimeout(ctx, left, hasEnded)
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

// Receive takes the signals that have arrived so far. Call it before you continue as new, or they are lost.
func (e *Ends) Receive(ctx workflow.Context) {
	signals := workflow.GetSignalChannel(ctx, ImportFinishedSignal)
	for {
		var end ImportEnd
		if !signals.ReceiveAsync(&end) {
			return
		}
		*e = append(*e, end)
	}
}
