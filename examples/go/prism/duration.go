package prism

import "time"

// Duration is written as text with its units, such as "2h0m0s". A time.Duration would be written as a bare number of
// nanoseconds, which trackImport refuses. Zero is as if the field were left out.
type Duration time.Duration

// MarshalText writes what time.Duration.String writes.
func (d Duration) MarshalText() ([]byte, error) {
	return []byte(time.Duration(d).String()), nil
}

// UnmarshalText reads what MarshalText has written.
func (d *Duration) UnmarshalText(text []byte) error {
	parsed, err := time.ParseDuration(string(text))
	*d = Duration(parsed)
	return err
}
