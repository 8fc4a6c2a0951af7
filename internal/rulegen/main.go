// Command rulegen turns rules.cue and knowledge/*.cue into rules_gen.go and docs/rules/.
//
//	go run ./internal/rulegen          write them
//	go run ./internal/rulegen -check   fail when they are not current
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

func main() {
	check := flag.Bool("check", false, "compare instead of writing")
	root := flag.String("root", ".", "the project's root folder")
	flag.Parse()
	if err := run(*root, *check); err != nil {
		fmt.Fprintln(os.Stderr, "rulegen:", err)
		os.Exit(1)
	}
}

func run(root string, check bool) error {
	files, err := Generate(root)
	if err != nil {
		return err
	}
	old, err := filepath.Glob(filepath.Join(root, "docs/rules/*/*.md"))
	if err != nil {
		return err
	}
	for _, path := range old {
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		if _, kept := files[filepath.ToSlash(name)]; kept {
			continue
		}
		if check {
			return fmt.Errorf("%s belongs to no rule: run go generate", name)
		}
		if err := os.Remove(path); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(mapKeys(files)) {
		path := filepath.Join(root, filepath.FromSlash(name))
		have, err := os.ReadFile(path)
		if err == nil && bytes.Equal(have, files[name]) {
			continue
		}
		if check {
			return fmt.Errorf("%s is not current: run go generate", name)
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, files[name], 0o644); err != nil {
			return err
		}
	}
	return nil
}
