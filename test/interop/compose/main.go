// Prints a compose file as JSON, as Docker Compose reads it: with the variables of a file in their places.
//
//	compose COMPOSE_FILE ENV_FILE
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/compose-spec/compose-go/v2/cli"
)

func main() {
	if len(os.Args) != 3 {
		fail(fmt.Errorf("saw %d arguments, expected a compose file and a file of variables", len(os.Args)-1))
	}
	text, err := read(os.Args[1], os.Args[2])
	if err != nil {
		fail(err)
	}
	fmt.Println(string(text))
}

func read(file, variables string) ([]byte, error) {
	options, err := cli.NewProjectOptions([]string{file},
		cli.WithWorkingDirectory(filepath.Dir(file)),
		cli.WithEnvFiles(variables),
		cli.WithDotEnv,
	)
	if err != nil {
		return nil, err
	}
	project, err := options.LoadProject(context.Background())
	if err != nil {
		return nil, err
	}
	return project.MarshalJSON()
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
