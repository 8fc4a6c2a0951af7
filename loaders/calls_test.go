package loaders

import (
	"strings"
	"testing"

	"github.com/leastagency/leastagency"
)

// show writes calls as short as a table wants them.
func show(calls []leastagency.Call) string {
	var out []string
	for _, c := range calls {
		s := c.Action.Kind.String() + " " + c.Action.Pattern
		if c.Action.Kind == leastagency.ActionServer {
			s = "server " + c.Action.Server + " " + c.Action.Tool
		}
		for _, mark := range []struct {
			on   bool
			name string
		}{{c.Refused, "refused"}, {c.Harmless, "harmless"}, {c.Edit, "edit"}, {c.Exact, "exact"}, {c.Guarded != "", "guarded"}, {c.Critical, "critical"}, {!c.Inside && (c.Action.Kind == leastagency.ActionRead || c.Action.Kind == leastagency.ActionWrite) && c.Action.Pattern != "", "outside"}} {
			if mark.on {
				s += " " + mark.name
			}
		}
		for _, also := range c.Also {
			s += " =" + also
		}
		for _, against := range c.Against {
			s += " !" + against
		}
		out = append(out, strings.TrimSpace(s))
	}
	return strings.Join(out, "; ")
}

func TestCalls(t *testing.T) {
	servers := []*leastagency.Server{{Name: "git_hub"}, {Name: "my.db"}, {Name: "git"}}
	for _, row := range []struct{ product, text, want string }{
		{"claude-code", "Bash(npm test)", "shell npm test"},
		{"claude-code", "Bash(timeout -k 5 10 npm test)", "shell timeout -k 5 10 npm test =npm test"},
		{"claude-code", "Bash(A=1 nice npm test)", "shell A=1 nice npm test !nice npm test !npm test"},
		{"claude-code", "Bash(NO_COLOR=1 npm test)", "shell NO_COLOR=1 npm test =npm test"},
		{"claude-code", "Bash(ls; rm a)", "shell ls harmless; shell rm a edit; write a refused edit =//work/a"},
		{"claude-code", "Bash(rm -rf /)", "shell rm -rf / guarded critical; write // refused edit outside"},
		{"claude-code", "Bash(find . -delete)", "shell find . -delete exact"},
		{"claude-code", "Bash(a <(b) > c)", "shell a <(b); write c edit =//work/c; read c refused =//work/c; shell b"},
		{"claude-code", "Bash(x 2>&1 >/dev/null)", "shell x"},
		{"claude-code", "Bash(if a; then b; fi)", "shell a; shell b"},
		{"claude-code", "Bash(f() { a; }; f)", "shell a; shell f"},
		{"claude-code", "Bash(A=b)", "shell A=b harmless"},
		{"claude-code", "Bash(cat $F)", "shell cat $F; read ${F} refused outside"},
		{"claude-code", "Bash(ls *.go)", "shell ls *.go harmless"},
		{"claude-code", "Bash(*)", "shell"},
		{"claude-code", "Bash(git push:*)", "shell git push *"},
		{"claude-code", "Read(/work/a/../b)", "read b =//work/b"},
		{"claude-code", "Read(~/x)", "read ~/x outside =//home/me/x"},
		{"claude-code", "Read(/docs/x)", "read docs/x =//work/docs/x"},
		{"codex", "read(/docs/x)", "read //docs/x outside"},
		{"claude-code", "Write(.mcp.json)", "write .mcp.json edit guarded =//work/.mcp.json; read .mcp.json refused =//work/.mcp.json"},
		{"claude-code", "mcp__git_hub__a__b", "server git_hub a__b"},
		{"claude-code", "mcp(my.db/query)", "server my.db query"},
		{"cursor", "Mcp(git: status)", "server git status"},
		{"amazon-q", "@git/status", "server git status"},
		{"zed", "mcp:git:status", "server git status"},
		{"gemini", "mcp_git_hub_get", "server git_hub get"},
		{"opencode", "git_hub_get", "server git_hub get"},
		{"opencode", "git_get", "server git get"},
		{"gemini", "mcp_other_tool", "server other tool"},
		{"amp", "Bash(a && b)", "shell a && b"},
		{"opencode", "bash(sudo -E X=1 rm a)", "shell sudo -E X=1 rm a =rm a"},
		{"cursor", "WebFetch(https://Docs.Example.com/a)", "fetch docs.example.com =https://Docs.Example.com/a"},
		{"cursor", "fetch(example.com:8443)", "fetch example.com =https://example.com:8443 =https://example.com:8443/"},
	} {
		calls, err := Calls(&leastagency.Agent{Product: row.product, Servers: servers}, row.text, Folders{Work: "/work", Home: "/home/me"})
		if err != nil {
			t.Errorf("%s %s: %v", row.product, row.text, err)
		} else if got := show(calls); got != row.want {
			t.Errorf("%s %s:\n got %s\nwant %s", row.product, row.text, got, row.want)
		}
	}
}

// TestCallsHostile: whatever is asked, the answer is calls or an error, and soon.
func TestCallsHostile(t *testing.T) {
	for _, text := range []string{"", "(", ")", "Bash", "Bash(", "Bash()", "Bash( )", "mcp()", "mcp(/)", "@", "@/", "mcp__", "mcp:", "fetch(::)", "fetch([)", "read(\x00)", "read(" + strings.Repeat("../", 5000) + ")",
		"Bash(" + strings.Repeat("$(", 5000) + ")", "Bash(" + strings.Repeat("a;", 20000) + ")", "Bash(" + strings.Repeat("timeout ", 5000) + "a)", "Bash(\xff\xfe)", "Bash(" + strings.Repeat("x", 1<<20) + ")"} {
		for _, product := range []string{"claude-code", "opencode", "amp", "nothing"} {
			calls, err := Calls(&leastagency.Agent{Product: product}, text, Folders{})
			if err == nil && len(calls) == 0 {
				t.Errorf("%s %.40q: neither calls nor an error", product, text)
			}
		}
	}
}
