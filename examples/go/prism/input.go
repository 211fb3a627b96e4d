// Package prism calls the workflow trackImport of prism-imports, which follows a bulk import to its end. Copy it into a
// project of yours: it shares no code with the tracker, and what goes in and comes out is JSON.
package prism

import "time"

// Names that trackImport answers to.
const (
	TaskQueue            = "prism-imports"
	TrackImportWorkflow  = "trackImport"
	ReadResultsActivity  = "readResults"
	StatusQuery          = "status"
	PollNowSignal        = "pollNow"
	SubscribeSignal      = "subscribe"
	SetPollingUpdate     = "setPolling"
	ImportFinishedSignal = "importFinished"
)

// TrackImportInput says which import to follow. Only the ids are required. A field that nobody has set is written as
// null, "", "0s" or 0001-01-01T00:00:00Z; each of these is as if the field were left out.
type TrackImportInput struct {
	TeamID      string       `json:"teamId"`
	JobID       string       `json:"jobId"`
	SubmittedAt time.Time    `json:"submittedAt"`
	Polling     *Polling     `json:"polling"`
	WaitTimeout Duration     `json:"waitTimeout"`
	Results     ResultsMode  `json:"results"`
	Notify      []Subscriber `json:"notify"`
}

// ResultsMode says where the results of rows go.
type ResultsMode string

const (
	ResultsAuto    ResultsMode = "auto"    // inline up to 256 KiB, to the storage beyond
	ResultsFailed  ResultsMode = "failed"  // those of failed rows inline, all of them to the storage
	ResultsStored  ResultsMode = "stored"  // always to the storage
	ResultsOmitted ResultsMode = "omitted" // nowhere
)

// Polling says how often to look. Jitter and Adaptive are pointers, since 0 and false are values of their own there.
type Polling struct {
	InitialInterval    Duration `json:"initialInterval"`
	BackoffCoefficient float64  `json:"backoffCoefficient"`
	MaximumInterval    Duration `json:"maximumInterval"`
	Jitter             *float64 `json:"jitter"`
	Adaptive           *bool    `json:"adaptive"`
	MaximumPolls       int      `json:"maximumPolls"`
}

// Subscriber is a workflow to signal at the end, by default the parent by importFinished; or a webhook to call.
type Subscriber struct {
	WorkflowID string `json:"workflowId"`
	Signal     string `json:"signal"`
	Webhook    string `json:"webhook,omitempty"`
}
