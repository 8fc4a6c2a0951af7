package main

import (
	"fmt"
	"slices"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/gocode"
)

// goChoices are the values of --go.
var goChoices = [...]string{"auto", "on", "off"}

const goUsage = "read Go code: auto where a module may hold an agent or a server, on, off"

// readGo has each target read its Go modules as --go says.
func readGo(targets []target, choice string) error {
	if !slices.Contains(goChoices[:], choice) {
		return fmt.Errorf("unknown value %q for --go: %s", choice, oneOf(choice, goChoices[:]))
	}
	for i := range targets {
		t := &targets[i]
		switch choice {
		case "auto":
			t.trees = []leastagency.TreeLoader{gocode.Loader(t.folder, gocode.Likely)}
		case "on":
			t.trees = []leastagency.TreeLoader{gocode.Loader(t.folder, gocode.Every)}
		case "off":
			t.everything = false // entries for Go code match nothing
		}
	}
	return nil
}
