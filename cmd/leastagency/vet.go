package main

import (
	"path/filepath"
	"strings"
)

// vetAsks reports whether the arguments are those by which go vet speaks to a tool. No other use of the
// command looks like them. Flags of analyzers reach the tool as written, so that only the first argument
// and the last one are sure to tell.
func vetAsks(args []string) bool {
	if len(args) == 0 {
		return false
	}
	if len(args) == 1 && (args[0] == "-flags" || strings.HasPrefix(args[0], "-V=")) {
		return true
	}
	return filepath.Base(args[len(args)-1]) == "vet.cfg" && (len(args) == 1 || strings.HasPrefix(args[0], "-"))
}
