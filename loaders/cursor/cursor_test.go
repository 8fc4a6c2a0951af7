package cursor

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/layertest"
)

func TestFiles(t *testing.T) { layertest.Files(t, Loader()) }

// TestPermissions tells what each entry stands for: as a permission of the command line, and as an entry
// of the editor's lists.
func TestPermissions(t *testing.T) {
	const deny, allow = leastagency.Deny, leastagency.Allow
	for _, row := range []struct {
		text     string
		decision leastagency.Decision
		want     string // kind, pattern, how it is compared, "open"
		can      leastagency.Capability
		inert    string
	}{
		{"Shell(git)", allow, `shell "git" open`, leastagency.CapabilityUnknown, ""},
		{"Shell(git push)", deny, `shell "git push" open`, leastagency.WriteState, ""},
		{"Shell(git:push*)", allow, `shell "git push*" glob open`, leastagency.WriteState, ""},
		{"Shell(git:push)", allow, `shell "git push"`, leastagency.WriteState, ""},
		{"Shell(curl:*)", allow, `shell "curl" open`, leastagency.Send, ""},
		{"Shell(rm)", deny, `shell "rm" open`, leastagency.Destroy, ""},
		{"Shell(npm run *)", allow, `shell "npm run *" glob open`, leastagency.CapabilityUnknown, ""},
		{"Shell(python?)", allow, `shell "python?" glob`, leastagency.CapabilityUnknown, ""},
		{"Shell(*)", allow, "shell", leastagency.Execute, ""},
		{"Shell(**)", allow, "shell", leastagency.Execute, ""},
		{"Shell", allow, "shell", leastagency.Execute, ""},
		{"Shell()", deny, "shell", leastagency.CapabilityUnknown, "empty brackets"},
		{"Shell(rm", deny, "?", leastagency.CapabilityUnknown, "not closed"},
		{"Bash(rm)", deny, "?", leastagency.CapabilityUnknown, `did you mean "Shell"?`},
		{"shell(rm)", deny, "?", leastagency.CapabilityUnknown, `did you mean "Shell"?`},
		{"Edit(src/**)", deny, "?", leastagency.CapabilityUnknown, `did you mean "Write"?`},
		{"Frobnicate", deny, "?", leastagency.CapabilityUnknown, "no permission of type"},
		{"Read(**)", allow, `read "**" open`, leastagency.ReadSecret, ""},
		{"Read(src/**/*.ts)", allow, `read "src/**/*.ts"`, leastagency.ReadPrivate, ""},
		{"Read(.env*)", deny, `read ".env*" open`, leastagency.ReadSecret, ""},
		{"Read(/etc/shadow)", deny, `read "//etc/shadow"`, leastagency.ReadSecret, ""},
		{"Write(package.json)", allow, `write "package.json"`, leastagency.WriteFiles, ""},
		{"Write(**)", allow, `write "**" open`, leastagency.Configure, ""},
		{"WebFetch(docs.example.com)", allow, `fetch "domain:docs.example.com"`, leastagency.Send, ""},
		{"WebFetch(*.example.com)", deny, `fetch "domain:*.example.com" open`, leastagency.Send, ""},
		{"WebFetch(https://Example.com/x)", allow, `fetch "domain:example.com"`, leastagency.Send, ""},
		{"WebFetch(*)", allow, "fetch open", leastagency.Send, ""},
		{"Mcp(github:create_issue)", allow, "server github/create_issue", leastagency.CapabilityUnknown, ""},
		{"Mcp(github:*)", allow, "server github/", leastagency.CapabilityUnknown, ""},
		{"Mcp(github, create_issue)", allow, "server github/create_issue", leastagency.CapabilityUnknown, ""},
		{"Mcp(*:get_*)", deny, "server */get_* open", leastagency.CapabilityUnknown, ""},
		{"Mcp(*:*)", allow, "server */", leastagency.CapabilityUnknown, ""},
	} {
		list := "allow"
		if row.decision == deny {
			list = "deny"
		}
		sys := layertest.Read(t, Loader(), fstest.MapFS{".cursor/cli.json": {Data: fmt.Appendf(nil, `{"permissions": {%q: [%q]}}`, list, row.text)}})
		rule := sys.Layers[0].Rules[0]
		if got := describe(rule.Action); got != row.want {
			t.Errorf("%s is %s, want %s", row.text, got, row.want)
		}
		if row.can != leastagency.CapabilityUnknown && !leastagency.Has(rule.Effects, row.can) {
			t.Errorf("%s lacks capability %d: %+v", row.text, row.can, rule.Effects)
		}
		if !strings.Contains(rule.Inert, row.inert) || (rule.Inert == "") != (row.inert == "") {
			t.Errorf("%s is inert because %q, want %q", row.text, rule.Inert, row.inert)
		}
		if rule.Decision != row.decision {
			t.Errorf("%s has decision %d", row.text, rule.Decision)
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
	if a.Syntax == leastagency.Glob {
		s += " glob"
	}
	if a.Open {
		s += " open"
	}
	return s
}

// paths are one of each kind of file.
var paths = []string{".cursor/permissions.json", ".cursor/cli.json", "home/a/.cursor/cli-config.json", ".cursor/sandbox.json", ".cursor/hooks.json", "etc/cursor/hooks.json",
	".cursor/environment.json", ".cursor/worktrees.json", ".cursor/rules/a.mdc", ".cursor/commands/a.md", ".cursor/agents/a.md", ".cursorrules", ".cursorignore"}

func FuzzFiles(f *testing.F) {
	for _, s := range []string{
		`{"permissions": {"allow": ["Shell(a:b*)", "Mcp(:)", "WebFetch(://)"], "deny": "x"}, "approvalMode": 1, "sandbox": []}`,
		`{"terminalAllowlist": ["*", ":", ": ", "a:"], "mcpAllowlist": [":", "*"], "autoRun": {"allow_instructions": [1, "a"]}}`,
		`{"type": "insecure_none", "networkPolicy": {"default": 1, "allow": {}}, "readBoundary": []}`,
		`{"hooks": {"preToolUse": [{"matcher": "(", "command": "x || true"}, {"hooks": []}, 1], "stop": {}}}`,
		"---\nname: a\nreadonly: x\n---\nbody", "---\n---\n", "\xef\xbb\xbf*.pem\n!a\n\x00\n/\n", "[[[[", "", "{\"install\": \"\\u0000`\"}",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, p := range paths {
			sys := layertest.Read(t, Loader(), fstest.MapFS{p: {Data: data}})
			for _, l := range sys.Layers {
				layertest.Check(t, l)
			}
		}
	})
}

// TestHostile holds that no size of a file brings the loader down or makes it read without end.
func TestHostile(t *testing.T) {
	for name, data := range map[string]string{
		"brackets": strings.Repeat("[", 1<<20), "lines": strings.Repeat("*.x\n", 1<<18), "one line": strings.Repeat("a", 1<<22),
		"entries": `{"permissions": {"allow": [` + strings.Repeat(`"Shell(a)",`, 1<<14) + `"x"]}}`,
	} {
		for _, p := range paths {
			sys := layertest.Read(t, Loader(), fstest.MapFS{p: {Data: []byte(data)}})
			for _, l := range sys.Layers {
				layertest.Check(t, l)
				if p == ".cursorignore" && len(l.Rules) > 1000 {
					t.Errorf("%s: %d rules of ignored files", name, len(l.Rules))
				}
			}
		}
	}
}
