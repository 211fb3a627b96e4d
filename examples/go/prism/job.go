package prism

import (
	"encoding/json"
	"strings"
)

// Job is an import as Micro's API sends it. Any field may be missing or null. Times are the strings that the API sent.
type Job struct {
	JobID     string      `json:"job_id"`
	Status    string      `json:"status"`
	Total     *int64      `json:"total"`
	Processed *int64      `json:"processed"`
	Succeeded *int64      `json:"succeeded"`
	Failed    *int64      `json:"failed"`
	Results   []RowResult `json:"results"`
	Error     *APIError   `json:"error"`
	CreatedAt string      `json:"created_at"`
	UpdatedAt string      `json:"updated_at"`
	ExpiresAt string      `json:"expires_at"`
}

// RowResult is the result of one row.
type RowResult struct {
	ID         string    `json:"id"`
	InputIndex *int64    `json:"input_index"`
	Created    bool      `json:"created"`
	Updated    bool      `json:"updated"`
	Existing   bool      `json:"existing"`
	Error      *APIError `json:"error"`
	Status     any       `json:"status"` // undocumented, so any type
}

// HasFailed reports whether the row has an error or the status "failed".
func (r RowResult) HasFailed() bool {
	status, _ := r.Status.(string)
	return r.Error != nil || strings.EqualFold(status, "failed")
}

// APIError is an error of a row or a job. Older servers send a string for a row, which becomes the Message.
type APIError struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// UnmarshalJSON reads both forms.
func (e *APIError) UnmarshalJSON(data []byte) error {
	if json.Unmarshal(data, &e.Message) == nil {
		return nil
	}
	type plain APIError
	return json.Unmarshal(data, (*plain)(e))
}
