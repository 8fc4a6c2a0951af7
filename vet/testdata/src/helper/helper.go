// Package helper runs things for another package, which knows of it by its facts.
package helper

import "os/exec"

func Shell(line string) error { return exec.Command("sh", "-c", line).Run() }

func Run(program string, args ...string) error { return exec.Command(program, args...).Run() }
