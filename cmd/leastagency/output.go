package main

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// writeFile writes a file whole or not at all: what was there before stays until everything is
// written, and nothing half-written is left behind.
func writeFile(name string, write func(io.Writer) error) error {
	if info, err := os.Stat(name); err == nil && !info.Mode().IsRegular() {
		return writeThrough(name, write) // a pipe or a device is not to be replaced
	}
	if real, err := filepath.EvalSymlinks(name); err == nil {
		name = real
	}
	temp := filepath.Join(filepath.Dir(name), fmt.Sprintf(".%s.%08x.tmp", filepath.Base(name), rand.Uint32()))
	// Not os.CreateTemp: results are read by others, so the usual permissions apply.
	file, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return fmt.Errorf("create a file beside %q: %w", name, reason(err))
	}
	defer os.Remove(temp) // does nothing once the file has its name
	if err := buffered(file, write); err != nil {
		file.Close()
		return fmt.Errorf("%q: %w", name, err)
	}
	if err := file.Close(); err != nil {
		return fmt.Errorf("%q: %w", name, reason(err))
	}
	if err := os.Rename(temp, name); err != nil {
		return fmt.Errorf("rename to %q: %w", name, err.(*os.LinkError).Err)
	}
	return nil
}

func writeThrough(name string, write func(io.Writer) error) error {
	file, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return fmt.Errorf("%q: %w", name, reason(err))
	}
	if err := buffered(file, write); err != nil {
		file.Close()
		return fmt.Errorf("%q: %w", name, err)
	}
	return file.Close()
}

func buffered(file *os.File, write func(io.Writer) error) error {
	w := bufio.NewWriter(file)
	if err := write(w); err != nil {
		return err
	}
	return w.Flush()
}
