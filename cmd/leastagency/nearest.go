package main

import (
	"strings"

	"github.com/leastagency/leastagency/internal/nearest"
)

// oneOf says which of the valid names a wrong one may have meant, or all of them when there are few.
func oneOf(wrong string, names []string) string {
	switch best := nearest.Name(wrong, names); {
	case best != "":
		return "did you mean " + best + "?"
	case len(names) <= 8:
		return "one of " + strings.Join(names, ", ")
	}
	return "'leastagency rules' lists them"
}
