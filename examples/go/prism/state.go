package prism

import "time"

// TrackingState is the result of the query status and of the update setPolling.
type TrackingState struct {
	Phase      string     `json:"phase"`      // waiting, polling, delivering or done
	Job        *Job       `json:"job"`        // nil before the API's first answer; never has results
	Progress   Progress   `json:"progress"`   //
	Polls      int        `json:"polls"`      //
	LastPollAt *time.Time `json:"lastPollAt"` // nil before the first poll
	NextPollAt *time.Time `json:"nextPollAt"` // nil unless the phase is waiting
	ExpiresAt  *time.Time `json:"expiresAt"`  // nil when the input was refused
	Problem    *Problem   `json:"problem"`    // nil unless the last poll had a problem
}

// Progress of an import. A field is nil if the API has not sent enough to compute it.
type Progress struct {
	Processed      *int64     `json:"processed"`      // nil while the API sends no counter
	Total          *int64     `json:"total"`          // the same
	Fraction       *float64   `json:"fraction"`       // nil unless both are known and Total is not 0
	RowsPerSecond  *float64   `json:"rowsPerSecond"`  // nil until rows have been processed
	EstimatedEndAt *time.Time `json:"estimatedEndAt"` // nil without a rate or a total
	EarliestEndAt  *time.Time `json:"earliestEndAt"`  // nil if there is no bound on this side
	LatestEndAt    *time.Time `json:"latestEndAt"`    // the same
}
