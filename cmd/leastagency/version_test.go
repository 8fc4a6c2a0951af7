package main

import (
	"runtime/debug"
	"testing"
)

// TestVersion: what a build is comes from the go command, which stamps the module and its commit.
func TestVersion(t *testing.T) {
	build := func(version string, settings ...string) *debug.BuildInfo {
		info := &debug.BuildInfo{Main: debug.Module{Version: version}}
		for i := 0; i < len(settings); i += 2 {
			info.Settings = append(info.Settings, debug.BuildSetting{Key: settings[i], Value: settings[i+1]})
		}
		return info
	}
	const commit = "0123456789abcdef0123456789abcdef01234567"
	tests := map[string]struct {
		info              *debug.BuildInfo
		version, revision string
	}{
		"installed at a tag": {build("v1.2.3"), "1.2.3", ""},
		"of a commit":        {build("v0.0.0-20261124170000-0123456789ab", "vcs.revision", commit, "vcs.modified", "false"), "0.0.0-20261124170000-0123456789ab", " 0123456789ab"},
		"changed":            {build("v1.2.3+dirty", "vcs.revision", commit, "vcs.modified", "true"), "1.2.3+dirty", " 0123456789ab+changes"},
		"without git":        {build("(devel)"), "", ""},
		"of a short commit":  {build("(devel)", "vcs.revision", "abc"), "", " abc"},
		"nothing known":      {nil, "", ""},
	}
	for name, test := range tests {
		if got := versionIn(test.info); got != test.version {
			t.Errorf("%s: version %q, want %q", name, got, test.version)
		}
		if got := revisionIn(test.info); got != test.revision {
			t.Errorf("%s: revision %q, want %q", name, got, test.revision)
		}
	}
}
