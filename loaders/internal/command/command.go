// Package command reads what a command line can do: the programs behind wrappers, the packages they
// fetch, the files and hosts they touch, and from what is known of programs, the effects.
package command

import "github.com/leastagency/leastagency"

// Parse reads text as a shell program (bash).
func Parse(text string, at leastagency.Span, k *leastagency.Knowledge) *leastagency.Command {
	return &leastagency.Command{At: at, Text: text}
}

// Exec reads a program and its arguments that are started without a shell. The spans of argv are
// kept: an Artifact is placed at the argument that names it.
func Exec(argv []leastagency.Value[string], at leastagency.Span, k *leastagency.Knowledge) *leastagency.Command {
	return &leastagency.Command{At: at}
}

// Pattern reads the beginning of a command line behind which anything may follow (open), as permission
// rules write it: "git push" open is every command that starts with these words. A "*" word inside
// stands for any argument. The effects are those of every command line that the pattern matches.
func Pattern(words string, open bool, at leastagency.Span, k *leastagency.Knowledge) *leastagency.Command {
	return &leastagency.Command{At: at, Text: words}
}
