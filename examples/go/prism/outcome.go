package prism

import "time"

// Status says how an import ended, and so which fields of an ImportEnd are set.
type Status string

const (
	Complete Status = "complete"  // Job, ResultsRef, ResultsOmitted, FailedResults; rows may have failed one by one
	Failed   Status = "failed"    // the same, with Job.Error
	Expired  Status = "expired"   // LastSeen, Evidence, Message
	Lost     Status = "lost"      // LastSeen, Problem
	TimedOut Status = "timed_out" // LastSeen, Problem
	// Only ever signalled: the workflow itself fails or is cancelled.
	Errored   Status = "error"     // Failure
	Cancelled Status = "cancelled" // Failure
)

// ImportEnd is what trackImport returns and what the signal importFinished carries: a union on Status. Fields that are
// not of the status are zero. A later release may add fields, which are ignored, and statuses: have a default case.
type ImportEnd struct {
	Status   Status    `json:"status"`
	TeamID   string    `json:"teamId"`
	JobID    string    `json:"jobId"`
	Tracking *Tracking `json:"tracking"`

	Job            *Job            `json:"job"`
	ResultsRef     *ResultsRef     `json:"resultsRef"`
	ResultsOmitted bool            `json:"resultsOmitted"`
	FailedResults  []IndexedResult `json:"failedResults"`
	FailedOmitted  int             `json:"failedOmitted"`

	LastSeen *Job     `json:"lastSeen"`
	Evidence string   `json:"evidence"`
	Message  string   `json:"message"`
	Problem  *Problem `json:"problem"`

	Failure *Failure `json:"failure"`
}

// Tracking says how the polling went. It is nil for the statuses error and cancelled.
type Tracking struct {
	Polls       int           `json:"polls"`
	StartedAt   time.Time     `json:"startedAt"`
	EndedAt     time.Time     `json:"endedAt"`
	Undelivered []Undelivered `json:"undelivered"`
}

// Undelivered is a subscriber that could not be told, and why.
type Undelivered struct {
	WorkflowID string `json:"workflowId"`
	Signal     string `json:"signal"`
	Webhook    string `json:"webhook"`
	Reason     string `json:"reason"`
}

// ResultsRef names stored results: NDJSON, one result a line, in the order of the API.
type ResultsRef struct {
	URI    string `json:"uri"`
	Rows   int64  `json:"rows"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// IndexedResult is a result with its place in the API's list of results, from 0. One that is larger than a page of
// readResults has no Result; Omitted is true then, and Bytes says how large it is.
type IndexedResult struct {
	Index   int64     `json:"index"`
	Result  RowResult `json:"result"`
	Omitted bool      `json:"omitted,omitempty"`
	Bytes   int64     `json:"bytes,omitempty"`
}

// Problem is what keeps a tracker from seeing its import.
type Problem struct {
	Code    string    `json:"code"`
	Message string    `json:"message"`
	Since   time.Time `json:"since"`
}

// Failure is why a tracker ended without an outcome.
type Failure struct {
	Type    string `json:"type"`
	Message string `json:"message"`
}
