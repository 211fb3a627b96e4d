package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"time"

	"go.temporal.io/sdk/temporal"
)

const rows = 120 // the API answers small batches at once, without a job

// Submitted is an import that the API has accepted.
type Submitted struct {
	JobID string
	At    time.Time
}

// Submitter sends requests to the API at this address.
type Submitter struct{ BaseURL string }

// SubmitImport starts an import of 120 contacts.
func (s *Submitter) SubmitImport(ctx context.Context, teamID, idempotencyKey string) (Submitted, error) {
	submitted := Submitted{At: time.Now().UTC()}
	address := fmt.Sprintf("%s/v2/prism/%s/contact/import", s.BaseURL, url.PathEscape(teamID))
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(contacts()))
	if err != nil {
		return submitted, err
	}
	request.Header.Set("content-type", "application/json")
	request.Header.Set("x-api-key", cmp.Or(os.Getenv("MICRO_API_KEY"), "emulator-key"))
	request.Header.Set("idempotency-key", idempotencyKey)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return submitted, err
	}
	defer response.Body.Close()
	if code := response.StatusCode; code >= 300 {
		err := fmt.Errorf("the import was answered with %d", code)
		if code == http.StatusConflict || code == http.StatusTooManyRequests || code >= 500 {
			return submitted, err // Temporal retries it
		}
		return submitted, temporal.NewNonRetryableApplicationError(err.Error(), "Refused", nil)
	}
	var accepted struct {
		JobID string `json:"job_id"`
	}
	err = json.NewDecoder(response.Body).Decode(&accepted)
	if err == nil && accepted.JobID == "" {
		return submitted, temporal.NewNonRetryableApplicationError("the import was finished at once", "Finished", nil)
	}
	submitted.JobID = accepted.JobID
	return submitted, err
}

func contacts() []byte {
	type contact struct {
		Email    string `json:"email"`
		FullName string `json:"full_name"`
	}
	objects := make([]map[string]contact, rows)
	for index := range objects {
		objects[index] = map[string]contact{"default": {
			Email:    fmt.Sprintf("person-%d@example.com", index+1),
			FullName: fmt.Sprintf("Person %d", index+1),
		}}
	}
	body, _ := json.Marshal(map[string]any{"objects": objects, "options": map[string]string{"dedupe_by": "email"}})
	return body
}
