package main

import (
	_ "embed"
	"errors"
	"fmt"
	"github.com/leastagency/leastagency/internal/lazy"
	"io"
	"io/fs"
	"os"
	"path"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"github.com/leastagency/leastagency/report"
)

var (
	//go:embed templates/workflow.yml
	workflowTemplate string
	//go:embed templates/pre-commit.yaml
	preCommitTemplate string
	//go:embed templates/manifest.yaml
	manifestTemplate string
)

// starters are the files that init writes when nothing else is asked for.
var starters = []starter{
	{".github/workflows/leastagency.yml", &workflowTemplate},
	{".pre-commit-config.yaml", &preCommitTemplate},
}

// A starter is a file that init writes.
type starter struct {
	file     string
	template *string // says BRANCH and REVISION for what is told from the repository and this build
}

// gitName is a revision or branch that means nothing else in YAML or to git.
var gitName = lazy.Compile(`^[A-Za-z0-9][A-Za-z0-9._/-]{0,199}$`)

// fullCommit is what a commit must be given as, to be the same code for ever.
var fullCommit = lazy.Compile(`^[0-9a-f]{40}$`)

func initCommand() *cobra.Command {
	var revision string
	var declares, agents bool
	command := &cobra.Command{
		Use:   "init",
		Short: "Write a workflow and a pre-commit hook that scan this repository",
		Long: `Init writes into the current folder, which is the root of a repository:

  .github/workflows/leastagency.yml  scans every change, with no more permissions
                                     than showing the findings takes
  .pre-commit-config.yaml            scans before every commit

With --policy it writes leastagency.cue instead, which declares what each agent may
have at most: just what it has today. With --manifest it writes agents.yaml, in which
a team says what an agent may do that its framework keeps in code.

A file that is there already is never changed: what to add to it is printed.`,
		Example: `  leastagency init
  leastagency init --policy
  leastagency init --manifest
  leastagency init --revision 0123456789abcdef0123456789abcdef01234567`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			switch {
			case declares && agents:
				return errors.New("--policy and --manifest write different files: name one of them")
			case declares:
				return writePolicy(c.Context(), c.OutOrStdout())
			case agents:
				return writeFiles(c.OutOrStdout(), []starter{{"agents.yaml", &manifestTemplate}}, "")
			}
			if revision == "" {
				revision = ownRevision()
			}
			if !gitName.MatchString(revision) {
				return fmt.Errorf("--revision %q is no commit, tag or branch", revision)
			}
			return writeStarters(c.OutOrStdout(), c.ErrOrStderr(), revision)
		},
	}
	command.Flags().StringVar(&revision, "revision", "", "commit or tag of leastagency to run (default the one of this build)")
	command.Flags().BoolVar(&declares, "policy", false, "write a policy file that holds every agent to what it has today")
	command.Flags().BoolVar(&agents, "manifest", false, "write a manifest of agents to fill in")
	return command
}

// writeStarters writes the workflow and the hook.
func writeStarters(stdout, stderr io.Writer, revision string) error {
	if err := writeFiles(stdout, starters, revision); err != nil {
		return err
	}
	if !fullCommit.MatchString(revision) {
		fmt.Fprintf(stderr, "leastagency: %q can be moved to other code; pin it to the commit that this prints: git ls-remote %s %s\n", revision, report.HomeURL, revision)
	}
	return nil
}

// writeFiles writes the files that are not there. It cannot be led out of the folder by a link.
func writeFiles(stdout io.Writer, files []starter, revision string) error {
	root, err := os.OpenRoot(".")
	if err != nil {
		return failure{reason(err)}
	}
	defer root.Close()
	fill := strings.NewReplacer("BRANCH", branch(root), "REVISION", revision)
	for _, s := range files {
		text := fill.Replace(*s.template)
		err := create(root, s.file, text)
		switch {
		case errors.Is(err, fs.ErrExist):
			fmt.Fprintf(stdout, "kept %s, which is there already; it lacks nothing if it has this:\n\n%s\n", s.file, text)
		case err != nil:
			return failure{fmt.Errorf("write %q: %w", s.file, reason(err))}
		default:
			fmt.Fprintf(stdout, "wrote %s\n", s.file)
		}
	}
	return nil
}

// create writes a file that must not be there, and the folders above it.
func create(root *os.Root, name, text string) error {
	if err := root.MkdirAll(path.Dir(name), 0o777); err != nil {
		return err
	}
	file, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(file, text); err != nil {
		file.Close()
		return err
	}
	return file.Close()
}

// branch returns the default branch of the repository's origin as git remembers it, or main.
func branch(root *os.Root) string {
	const prefix = "ref: refs/remotes/origin/"
	if head, err := root.ReadFile(".git/refs/remotes/origin/HEAD"); err == nil {
		if name, found := strings.CutPrefix(strings.TrimSpace(string(head)), prefix); found && gitName.MatchString(name) {
			return name
		}
	}
	return "main"
}

// pseudoVersion is a version that names a commit by its first digits only.
var pseudoVersion = lazy.Compile(`\d{14}-[0-9a-f]{12}`)

// ownRevision returns what this build was built from, as exactly as it knows: its commit, its tag, or
// the main branch.
func ownRevision() string {
	info, _ := debug.ReadBuildInfo()
	if info == nil {
		return "main"
	}
	commit, changed := "", false
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			commit = s.Value
		case "vcs.modified":
			changed = s.Value == "true"
		}
	}
	switch v := info.Main.Version; {
	case fullCommit.MatchString(commit) && !changed:
		return commit
	case strings.HasPrefix(v, "v") && !pseudoVersion.MatchString(v) && !strings.Contains(v, "+"):
		return v
	}
	return "main"
}
