package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/gocode"
)

// goChoices are the values of --go, the default first.
var goChoices = [...]string{"auto", "on", "off"}

func goFlag(command *cobra.Command, choice *string) {
	command.Flags().StringVar(choice, "go", goChoices[0], "read Go code: auto where a module may hold an agent or a server, on, off")
	completes(command, "go", goChoices[:])
}

// readGo has the target read its Go modules as --go says.
func readGo(t *target, choice string) error {
	switch choice {
	case "auto":
		t.trees = []leastagency.TreeLoader{gocode.Loader(t.folder, gocode.Likely)}
	case "on":
		t.trees = []leastagency.TreeLoader{gocode.Loader(t.folder, gocode.Every)}
	case "off":
		t.everything = false // entries for Go code match nothing
	default:
		return fmt.Errorf("unknown value %q for --go: %s", choice, oneOf(choice, goChoices[:]))
	}
	return nil
}
