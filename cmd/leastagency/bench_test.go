package main

import (
	"os/exec"
	"path/filepath"
	"testing"
)

// Whole processes, as a shell or a CI job starts them:
//
//	go test -run '^$' -bench Process ./cmd/leastagency
//
// The engine alone, without a process around it, is BenchmarkLint of the root package.
func BenchmarkProcessVersion(b *testing.B) { benchmarkProcess(b, "version") }

// BenchmarkProcessScan scans the ten files of the example repository.
func BenchmarkProcessScan(b *testing.B) {
	benchmarkProcess(b, "scan", "--exit-zero", filepath.Join("..", "..", "testdata", "systems", "webshop"))
}

// BenchmarkProcessSARIF does the same and prints SARIF, which carries the documentation of every rule.
func BenchmarkProcessSARIF(b *testing.B) {
	benchmarkProcess(b, "scan", "--exit-zero", "--format", "sarif", filepath.Join("..", "..", "testdata", "systems", "webshop"))
}

func benchmarkProcess(b *testing.B, args ...string) {
	binary := filepath.Join(b.TempDir(), "leastagency")
	if out, err := exec.CommandContext(b.Context(), "go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		b.Fatalf("build: %v\n%s", err, out)
	}
	for b.Loop() {
		if out, err := exec.CommandContext(b.Context(), binary, args...).CombinedOutput(); err != nil {
			b.Fatalf("%v\n%s", err, out)
		}
	}
}
