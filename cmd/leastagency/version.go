package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
)

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print what this build is",
		Example: "  leastagency version",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			v := version()
			if v == "" {
				v = "(built from source)"
			}
			_, err := fmt.Fprintf(c.OutOrStdout(), "leastagency %s %s %s/%s%s\n", v, runtime.Version(), runtime.GOOS, runtime.GOARCH, revision())
			return err
		},
	}
}

// version returns the module version of this build without its "v", or "" when it has none.
func version() string {
	info, _ := debug.ReadBuildInfo()
	return versionIn(info)
}

func versionIn(info *debug.BuildInfo) string {
	if info == nil || !strings.HasPrefix(info.Main.Version, "v") {
		return ""
	}
	return info.Main.Version[1:]
}

// revision returns the commit of this build behind a blank, or "" when it is not known.
func revision() string {
	info, _ := debug.ReadBuildInfo()
	return revisionIn(info)
}

func revisionIn(info *debug.BuildInfo) string {
	commit, dirty := "", ""
	if info != nil {
		for _, s := range info.Settings {
			switch {
			case s.Key == "vcs.revision":
				commit = " " + s.Value[:min(12, len(s.Value))]
			case s.Key == "vcs.modified" && s.Value == "true":
				dirty = "+changes"
			}
		}
	}
	return commit + dirty
}
