package toolset

import (
	"testing"

	"github.com/leastagency/leastagency"
)

func TestAction(t *testing.T) {
	for _, row := range []struct {
		name         string
		kind         leastagency.ActionKind
		server, tool string
	}{
		{"*", leastagency.ActionAny, "", ""},
		{"execute", leastagency.ActionShell, "", ""},
		{"Bash", leastagency.ActionShell, "", ""},
		{"runCommands", leastagency.ActionShell, "", ""},
		{"execute/runInTerminal", leastagency.ActionShell, "", ""},
		{"execute/getTerminalOutput", leastagency.ActionOther, "", ""},
		{"search/codebase", leastagency.ActionRead, "", ""},
		{"edit/editFiles", leastagency.ActionWrite, "", ""},
		{"edit/*", leastagency.ActionWrite, "", ""},
		{"web/fetch", leastagency.ActionFetch, "", ""},
		{"#fetch", leastagency.ActionFetch, "", ""},
		{"agent", leastagency.ActionSpawn, "", ""},
		{"todos", leastagency.ActionOther, "", ""},
		{"github/*", leastagency.ActionServer, "github", ""},
		{"github/create_issue", leastagency.ActionServer, "github", "create_issue"},
		{"io.github.upstash/context7/*", leastagency.ActionServer, "io.github.upstash/context7", ""},
		{"microsoft-docs", leastagency.ActionUnknown, "", ""},
		{"", leastagency.ActionUnknown, "", ""},
		{"/", leastagency.ActionServer, "", ""},
	} {
		if a := Action(row.name); a.Kind != row.kind || a.Server != row.server || a.Tool != row.tool {
			t.Errorf("%q is %+v", row.name, a)
		}
	}
}
