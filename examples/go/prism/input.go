// Package prism calls the workflow trackImport of prism-imports, which follows a bulk import to its end. Copy it into
// your project: it shares no code with the tracker. Input and outcome are JSON.
package prism

import "time"

// Names of the workflow, its messages and its activity.
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

// TrackImportInput says which import to follow. Only the ids are required. An unset field is encoded as null, "", "0s"
// or 0001-01-01T00:00:00Z, all of which count as absent.
type TrackImportInput struct {
	TeamID      string       `json:"teamId"`
	JobID       string       `json:"jobId"`
	SubmittedAt time.Time    `json:"submittedAt"`
	Polling     *Polling     `json:"polling"`
	WaitTimeout Duration     `json:"waitTimeout"`
	Results     ResultsMode  `json:"results"`
	Notify      []Subscriber `json:"notify"`
}

// ResultsMode says where row results go.
type ResultsMode string

const (
	ResultsAuto    ResultsMode = "auto"    // inline up to 256 KiB, else to the storage
	ResultsFailed  ResultsMode = "failed"  // failed rows inline, all rows to the storage
	ResultsStored  ResultsMode = "stored"  // always to the storage
	ResultsOmitted ResultsMode = "omitted" // nowhere
)

// Polling is the polling policy. Jitter and Adaptive are pointers because 0 and false are valid values.
type Polling struct {
	InitialInterval    Duration `json:"initialInterval"`
	BackoffCoefficient float64  `json:"backoffCoefficient"`
	MaximumInterval    Duration `json:"maximumInterval"`
	Jitter             *float64 `json:"jitter"`
	Adaptive           *bool    `json:"adaptive"`
	MaximumPolls       int      `json:"maximumPolls"`
}

// Subscriber is a workflow to signal when the import has ended, by default the parent by importFinished, or a webhook.
type Subscriber struct {
	WorkflowID string `json:"workflowId"`
	Signal     string `json:"signal"`
	Webhook    string `json:"webhook,omitempty"`
}
