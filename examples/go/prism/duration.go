package prism

import "time"

// Duration is encoded as text with units, such as "2h0m0s". A time.Duration would be encoded as a bare number of
// nanoseconds, which trackImport refuses. Zero counts as absent.
type Duration time.Duration

// MarshalText returns time.Duration.String.
func (d Duration) MarshalText() ([]byte, error) {
	return []byte(time.Duration(d).String()), nil
}

// UnmarshalText parses the form of MarshalText.
func (d *Duration) UnmarshalText(text []byte) error {
	parsed, err := time.ParseDuration(string(text))
	*d = Duration(parsed)
	return err
}
