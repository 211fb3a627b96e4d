package prism

import "time"

// TrackingState is the answer of the query status and of the update setPolling.
type TrackingState struct {
	Phase      string     `json:"phase"`      // waiting, polling, delivering or done
	Job        *Job       `json:"job"`        // nil before the first answer of the API; never with results
	Progress   Progress   `json:"progress"`   //
	Polls      int        `json:"polls"`      //
	LastPollAt *time.Time `json:"lastPollAt"` // nil before the first poll
	NextPollAt *time.Time `json:"nextPollAt"` // nil unless the phase is waiting
	ExpiresAt  *time.Time `json:"expiresAt"`  // nil when the input was refused
	Problem    *Problem   `json:"problem"`    // nil while nothing keeps the tracker from looking
}

// Progress says how far an import is. What the API does not tell enough about is nil.
type Progress struct {
	Processed      *int64     `json:"processed"`      // nil while the API does not count
	Total          *int64     `json:"total"`          // the same
	Fraction       *float64   `json:"fraction"`       // nil unless both are known and Total is not 0
	RowsPerSecond  *float64   `json:"rowsPerSecond"`  // nil until rows have been processed
	EstimatedEndAt *time.Time `json:"estimatedEndAt"` // nil without a rate or a total
	EarliestEndAt  *time.Time `json:"earliestEndAt"`  // nil on a side about which nothing can be said
	LatestEndAt    *time.Time `json:"latestEndAt"`    // the same
}
