package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/authority"
	"github.com/leastagency/leastagency/loaders"
	"github.com/leastagency/leastagency/report"
)

func inventoryCommand() *cobra.Command {
	var format, goCode string
	command := &cobra.Command{
		Use:   "inventory [path]",
		Short: "List every agent with all that it holds",
		Long: `Inventory prints the model that findings rest on: every agent under a path, with its
score and what it is made of, servers, tools, grants, boundaries and what they fail,
credentials without their values, limits, memory and chains, each with its place.`,
		Example: `  leastagency inventory
  leastagency inventory services/triage --format json`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return inventory(c.Context(), args, format, goCode, c.OutOrStdout())
		},
	}
	command.Flags().StringVarP(&format, "format", "f", "text", "how to print: text, json")
	goFlag(command, &goCode)
	return command
}

func inventory(ctx context.Context, args []string, format, goCode string, out io.Writer) error {
	if format != "text" && format != "json" {
		return fmt.Errorf("unknown format %q for --format: %s", format, oneOf(format, []string{"text", "json"}))
	}
	targets, err := findTargets(args)
	if err != nil {
		return err
	}
	linter := &leastagency.Linter{Loaders: loaders.All(), Inferences: authority.All(), Policy: leastagency.Builtin()}
	t := targets[0]
	t.files = nil                                   // what is in force for a file is what is in force for its folder
	if t.overlay, err = t.ownPolicy(); err != nil { // it may know servers and commands of its own
		return err
	}
	if err := readGo(&t, goCode); err != nil {
		return err
	}
	found, err := t.lint(ctx, linter)
	if err != nil {
		return failure{fmt.Errorf("scan %q: %w", t.folder, err)}
	}
	if err := report.WriteInventory(out, found, report.Options{Policy: t.policy(), Version: version()}, format, t.prefix); err != nil {
		return failure{fmt.Errorf("write the inventory: %w", err)}
	}
	return nil
}
