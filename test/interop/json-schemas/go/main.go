// Judges the examples by the JSON Schemas, and prints each verdict: {"schema": [true, false, ...]}.
package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

type example struct {
	JSON string `json:"json"`
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func main() {
	var examples map[string][]example
	if err := json.Unmarshal(must(os.ReadFile(os.Args[2])), &examples); err != nil {
		panic(err)
	}
	verdicts := map[string][]bool{}
	for _, path := range must(filepath.Glob(filepath.Join(os.Args[1], "*.schema.json"))) {
		schema := must(jsonschema.NewCompiler().Compile(path))
		name := strings.TrimSuffix(filepath.Base(path), ".schema.json")
		verdicts[name] = []bool{}
		for _, each := range examples[name] {
			value := must(jsonschema.UnmarshalJSON(strings.NewReader(each.JSON)))
			verdicts[name] = append(verdicts[name], schema.Validate(value) == nil)
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(verdicts); err != nil {
		panic(err)
	}
}
