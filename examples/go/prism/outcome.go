package prism

import "time"

// Status says how an import ended, and therefore which fields of ImportEnd are set.
type Status string

const (
	Complete Status = "complete"  // Job, ResultsRef, ResultsOmitted, FailedResults; single rows may have failed
	Failed   Status = "failed"    // the same, with Job.Error
	Expired  Status = "expired"   // LastSeen, Evidence, Message
	Lost     Status = "lost"      // LastSeen, Problem
	TimedOut Status = "timed_out" // LastSeen, Problem
	// Sent by signal only: the workflow itself fails or is cancelled.
	Errored   Status = "error"     // Failure
	Cancelled Status = "cancelled" // Failure
)

// ImportEnd is what trackImport returns and what the signal importFinished carries: a union on Status. Fields of other
// statuses are zero. Later releases may add fields, which are ignored, and statuses: have a default case.
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

// Tracking summarizes the polling. It is nil for the statuses error and cancelled.
type Tracking struct {
	Polls       int           `json:"polls"`
	StartedAt   time.Time     `json:"startedAt"`
	EndedAt     time.Time     `json:"endedAt"`
	Undelivered []Undelivered `json:"undelivered"`
}

// Undelivered is a subscriber that could not be notified, and why.
type Undelivered struct {
	WorkflowID string `json:"workflowId"`
	Signal     string `json:"signal"`
	Webhook    string `json:"webhook"`
	Reason     string `json:"reason"`
}

// ResultsRef names stored results: NDJSON, one result per line, in the order of the API.
type ResultsRef struct {
	URI    string `json:"uri"`
	Rows   int64  `json:"rows"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// IndexedResult is a result with its position in the API's list of results, from 0. If it is larger than a page of
// readResults, Result is empty, Omitted is true, and Bytes is its size.
type IndexedResult struct {
	Index   int64     `json:"index"`
	Result  RowResult `json:"result"`
	Omitted bool      `json:"omitted,omitempty"`
	Bytes   int64     `json:"bytes,omitempty"`
}

// Problem says what went wrong with the last poll.
type Problem struct {
	Code    string    `json:"code"`
	Message string    `json:"message"`
	Since   time.Time `json:"since"`
}

// Failure says why a tracker ended without an outcome.
type Failure struct {
	Type    string `json:"type"`
	Message string `json:"message"`
}
