package windsurf

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/layertest"
)

func TestFiles(t *testing.T) { layertest.Files(t, Loader()) }

func TestPermissions(t *testing.T) {
	for _, row := range []struct {
		list, text string
		want       string // kind, pattern or server/tool, "open"
		can        leastagency.Capability
		inert      string
	}{
		{"allow", "Exec(git)", `shell "git" open`, 0, ""},
		{"allow", "Exec(git push)", `shell "git push" open`, leastagency.WriteState, ""},
		{"deny", "Exec(git push *)", `shell "git push" open`, leastagency.WriteState, ""},
		{"deny", "Exec(rm)", `shell "rm" open`, leastagency.Destroy, ""},
		{"allow", "Exec(**)", "shell", leastagency.Execute, ""},
		{"allow", "Exec(*)", "shell", leastagency.Execute, ""},
		{"allow", "Exec", "shell", leastagency.Execute, ""},
		{"deny", "exec", "shell", leastagency.Execute, ""},
		{"allow", "edit", "write", leastagency.WriteFiles, ""},
		{"allow", "grep", "read", leastagency.ReadPrivate, ""},
		{"allow", "Read(**)", `read "**" open`, leastagency.ReadSecret, ""},
		{"deny", "Read(**/*.pem)", `read "**/*.pem"`, leastagency.ReadSecret, ""},
		{"deny", "Write(/etc/**)", `write "//etc/**" open`, leastagency.WriteFiles, ""},
		{"ask", "Write(src/**)", `write "src/**" open`, leastagency.WriteFiles, ""},
		{"allow", "Fetch(https://api.example.com/*)", `fetch "domain:api.example.com"`, leastagency.Send, ""},
		{"allow", "Fetch(domain:example.com)", `fetch "domain:example.com"`, leastagency.Send, ""},
		{"allow", "Fetch(*)", "fetch open", leastagency.Send, ""},
		{"allow", "mcp__github__list_issues", "server github/list_issues", 0, ""},
		{"allow", "mcp__github__*", "server github/", 0, ""},
		{"deny", "mcp__github", "server github/", 0, ""},
		{"deny", "Bash(rm)", "?", 0, `did you mean "Exec"?`},
		{"deny", "Exe(rm)", "?", 0, `did you mean "Exec"?`},
		{"deny", "rm -rf", "?", 0, "no tool"},
		{"deny", "Exec(rm", "?", 0, "not closed"},
		{"deny", "Read()", "read", 0, "empty brackets"},
	} {
		sys := layertest.Read(t, Loader(), fstest.MapFS{".devin/config.json": {Data: fmt.Appendf(nil, `{"permissions": {%q: [%q]}}`, row.list, row.text)}})
		rule := sys.Layers[0].Rules[0]
		if got := describe(rule.Action); got != row.want {
			t.Errorf("%s is %s, want %s", row.text, got, row.want)
		}
		if row.can != 0 && !leastagency.Has(rule.Effects, row.can) {
			t.Errorf("%s lacks capability %d: %+v", row.text, row.can, rule.Effects)
		}
		if !strings.Contains(rule.Inert, row.inert) || (rule.Inert == "") != (row.inert == "") {
			t.Errorf("%s is inert because %q, want %q", row.text, rule.Inert, row.inert)
		}
		if want := map[string]leastagency.Decision{"allow": leastagency.Allow, "ask": leastagency.Ask, "deny": leastagency.Deny}[row.list]; rule.Decision != want {
			t.Errorf("%s has decision %d, want %d", row.text, rule.Decision, want)
		}
	}
}

var kindNames = map[leastagency.ActionKind]string{leastagency.ActionShell: "shell", leastagency.ActionRead: "read", leastagency.ActionWrite: "write",
	leastagency.ActionFetch: "fetch", leastagency.ActionServer: "server", leastagency.ActionUnknown: "?"}

func describe(a leastagency.Action) string {
	s := kindNames[a.Kind]
	if a.Pattern != "" {
		s += fmt.Sprintf(" %q", a.Pattern)
	}
	if a.Kind == leastagency.ActionServer {
		s += " " + a.Server + "/" + a.Tool
	}
	if a.Open {
		s += " open"
	}
	return s
}

// paths are one of each kind of file.
var paths = []string{".windsurf/hooks.json", ".windsurf/rules/a.md", ".windsurf/workflows/a.md", ".windsurfrules", ".codeiumignore", "etc/windsurf/hooks.json",
	".devin/config.json", ".devin/config.local.json", "home/a/.config/devin/config.json", ".devin/hooks.v1.json", ".devin/agents/a/AGENT.md", ".devin/rules/a.md", "home/a/.config/devin/AGENTS.md"}

func FuzzFiles(f *testing.F) {
	for _, s := range []string{
		`{"permissions": {"allow": ["Exec(", "mcp__", "mcp____", "Fetch(://)", 1], "deny": "x"}, "sandbox": {"excluded": {"allow": ["Exec(*)"]}}}`,
		`{"hooks": {"pre_run_command": [{"command": "x || true", "working_directory": "../.."}, 1], "PreToolUse": [{"matcher": "(", "hooks": [{"command": 1}]}]}}`,
		`{"PreToolUse": [{"matcher": "exec|mcp__a__b", "hooks": [{"type": "prompt", "prompt": "a"}]}]}`,
		"---\nname: a\nallowed-tools: read,, exec(\npermissions: {allow: [Exec(a)]}\n---\nbody", "---\n---\n", "\xef\xbb\xbf*.pem\n!a\n\x00", "[[[[", "",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, p := range paths {
			for _, l := range layertest.Read(t, Loader(), fstest.MapFS{p: {Data: data}}).Layers {
				layertest.Check(t, l)
			}
		}
	})
}

// TestHostile holds that no size of a file brings the loader down or makes it read without end.
func TestHostile(t *testing.T) {
	for _, data := range []string{strings.Repeat("[", 1<<18), strings.Repeat("*.x\n", 1<<15), strings.Repeat("a", 1<<20),
		`{"permissions": {"allow": [` + strings.Repeat(`"Exec(a)",`, 1<<14) + `"x"]}}`, "---\nallowed-tools: " + strings.Repeat("a,", 1<<13) + "\n---\nx"} {
		for _, p := range paths {
			for _, l := range layertest.Read(t, Loader(), fstest.MapFS{p: {Data: []byte(data)}}).Layers {
				layertest.Check(t, l)
			}
		}
	}
}
