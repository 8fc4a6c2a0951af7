package main

import "testing"

// TestCurrent proves that the generated files are what rules.cue says.
func TestCurrent(t *testing.T) {
	if err := run("../..", true); err != nil {
		t.Fatal(err)
	}
}
