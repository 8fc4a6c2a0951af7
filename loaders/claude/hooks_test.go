package claude

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/leastagency/leastagency"
)

func TestHooks(t *testing.T) {
	const (
		exit2  = "#!/bin/sh\nif bad; then exit 2; fi\n"
		exit1  = "#!/bin/sh\nif bad; then exit 1; fi\n"
		denies = `print(json.dumps({"hookSpecificOutput": {"permissionDecision": "deny"}}))`
		closed = "#!/bin/sh\ntrap 'exit 2' ERR\ncheck || exit 2\n"
		plain  = "#!/bin/sh\n# exit 2 would block\necho ok\n"
	)
	var (
		shell  = leastagency.ActionShell
		write  = leastagency.ActionWrite
		server = leastagency.ActionServer
		fetch  = leastagency.ActionFetch
		search = leastagency.ActionSearch
	)
	for _, row := range []struct {
		name     string
		event    string
		matcher  string
		handler  string // JSON without type and command
		command  string
		script   string // content of hooks/g.sh; empty when there is none
		matches  []leastagency.ActionKind
		all      bool
		blocking bool
		guard    bool
		found    bool
		open     string // a part of the reason
	}{
		{name: "a guard by absolute path", event: "PreToolUse", matcher: "Bash", command: `"$CLAUDE_PROJECT_DIR"/hooks/g.sh`, script: exit2, matches: []leastagency.ActionKind{shell}, blocking: true, guard: true, found: true, open: "a crash, a timeout"},
		{name: "fails closed", event: "PreToolUse", matcher: "Bash", command: "${CLAUDE_PROJECT_DIR}/hooks/g.sh", script: closed, matches: []leastagency.ActionKind{shell}, blocking: true, guard: true, found: true},
		{name: "fails closed on the line", event: "PreToolUse", matcher: "Bash", command: "$CLAUDE_PROJECT_DIR/hooks/g.sh || exit 2", script: exit1, matches: []leastagency.ActionKind{shell}, blocking: true, guard: true, found: true},
		{name: "turns errors into a refusal", event: "PreToolUse", matcher: "Bash", command: "python3 $CLAUDE_PROJECT_DIR/hooks/g.sh", script: "try:\n  check()\nexcept Exception:\n  sys.exit(2)\n", matches: []leastagency.ActionKind{shell}, blocking: true, guard: true, found: true},
		{name: "answers with a decision", event: "PreToolUse", matcher: "*", command: "python3 $CLAUDE_PROJECT_DIR/hooks/g.sh", script: denies, all: true, blocking: true, guard: true, found: true, open: "a crash, a timeout"},
		{name: "a relative path", event: "PreToolUse", matcher: "Bash", command: "hooks/g.sh", script: exit2, matches: []leastagency.ActionKind{shell}, blocking: true, guard: true, found: true, open: "relative path"},
		{name: "a relative path behind cd", event: "PreToolUse", matcher: "Bash", command: `cd "$CLAUDE_PROJECT_DIR" && ./hooks/g.sh`, script: exit2, matches: []leastagency.ActionKind{shell}, blocking: true, guard: true, found: true, open: "a crash, a timeout"},
		{name: "found by git", event: "PreToolUse", matcher: "Bash", command: `"$(git rev-parse --show-toplevel)/hooks/g.sh"`, script: exit2, matches: []leastagency.ActionKind{shell}, blocking: true, guard: true, found: true, open: "a crash, a timeout"},
		{name: "a missing script", event: "PreToolUse", matcher: "Bash", command: "$CLAUDE_PROJECT_DIR/hooks/guard.sh", matches: []leastagency.ActionKind{shell}, blocking: true, guard: true, open: "is not in this tree"},
		{name: "exit status 1", event: "PreToolUse", matcher: "Bash", command: "$CLAUDE_PROJECT_DIR/hooks/g.sh --block", script: exit1, matches: []leastagency.ActionKind{shell}, blocking: true, guard: true, found: true, open: "exit status 1"},
		{name: "a name that promises", event: "PreToolUse", matcher: "Bash", command: "$CLAUDE_PROJECT_DIR/hooks/g.sh security-check", script: plain, matches: []leastagency.ActionKind{shell}, blocking: true, guard: true, found: true, open: "refuses nothing by itself"},
		{name: "no guard at all", event: "PreToolUse", matcher: "Bash", command: "$CLAUDE_PROJECT_DIR/hooks/g.sh", script: plain, matches: []leastagency.ActionKind{shell}, blocking: true, found: true},
		{name: "a reminder", event: "PreToolUse", matcher: "Bash", command: "$CLAUDE_PROJECT_DIR/hooks/g.sh security-reminder", script: plain, matches: []leastagency.ActionKind{shell}, blocking: true, found: true},
		{name: "swallowed", event: "PreToolUse", matcher: "Bash", command: "$CLAUDE_PROJECT_DIR/hooks/g.sh || true", script: exit2, matches: []leastagency.ActionKind{shell}, blocking: true, guard: true, found: true, open: "success whatever the guard says"},
		{name: "in the background", event: "PreToolUse", matcher: "Bash", handler: `"async": true`, command: "$CLAUDE_PROJECT_DIR/hooks/g.sh", script: exit2, matches: []leastagency.ActionKind{shell}, guard: true, found: true, open: "background"},
		{name: "inline", event: "PreToolUse", matcher: "Edit|Write", command: `jq -e '.tool_input.file_path | test("secret")' && exit 2 || exit 0`, matches: []leastagency.ActionKind{write}, blocking: true, guard: true, open: "a crash, a timeout"},
		{name: "too late", event: "PostToolUse", matcher: "Bash", command: "$CLAUDE_PROJECT_DIR/hooks/g.sh", script: denies, matches: []leastagency.ActionKind{shell}, guard: true, found: true, open: "too late"},
		{name: "feedback behind the action", event: "PostToolUse", matcher: "Edit", command: "$CLAUDE_PROJECT_DIR/hooks/g.sh", script: exit2, matches: []leastagency.ActionKind{write}, found: true},
		{name: "keeps the agent at work", event: "Stop", command: "$CLAUDE_PROJECT_DIR/hooks/g.sh", script: exit2, all: true, blocking: true, found: true},
		{name: "a permission request by exit status", event: "PermissionRequest", matcher: "Bash", command: "$CLAUDE_PROJECT_DIR/hooks/g.sh", script: exit2, matches: []leastagency.ActionKind{shell}, blocking: true, guard: true, found: true, open: "not honoured"},
		{name: "a prompt's guard", event: "UserPromptSubmit", command: "$CLAUDE_PROJECT_DIR/hooks/g.sh", script: exit2, all: true, blocking: true, guard: true, found: true, open: "a crash, a timeout"},
		{name: "a matcher with a wrong case", event: "PreToolUse", matcher: "bash", command: "$CLAUDE_PROJECT_DIR/hooks/g.sh", script: exit2, blocking: true, guard: true, found: true, open: "name of no tool"},
		{name: "a server is no tool", event: "PreToolUse", matcher: "mcp__github", command: "$CLAUDE_PROJECT_DIR/hooks/g.sh", script: exit2, blocking: true, guard: true, found: true, open: "name of no tool"},
		{name: "all tools of a server", event: "PreToolUse", matcher: "mcp__github__.*", command: "$CLAUDE_PROJECT_DIR/hooks/g.sh", script: plain, matches: []leastagency.ActionKind{server}, blocking: true, found: true},
		{name: "an expression", event: "PreToolUse", matcher: "^Web", command: "x", matches: []leastagency.ActionKind{fetch, search}, blocking: true},
		{name: "everything", event: "PreToolUse", matcher: ".*", command: "x", all: true, blocking: true},
		{name: "no expression of this language", event: "PreToolUse", matcher: "(?!x)Bash|Edit(", command: "x", matches: []leastagency.ActionKind{shell, write}, blocking: true},
		{name: "a condition", event: "PreToolUse", matcher: "*", handler: `"if": "Bash(rm *)"`, command: "x", matches: []leastagency.ActionKind{shell}, blocking: true},
		{name: "a start", event: "SessionStart", matcher: "startup", command: "$CLAUDE_PROJECT_DIR/hooks/g.sh", script: plain, all: true, found: true},
		{name: "elsewhere", event: "PreToolUse", matcher: "Bash", command: "/usr/local/bin/guard", matches: []leastagency.ActionKind{shell}, blocking: true, guard: true, open: "a crash, a timeout"},
		{name: "out of the tree", event: "PreToolUse", matcher: "Bash", command: "$CLAUDE_PROJECT_DIR/../../x/guard.sh", matches: []leastagency.ActionKind{shell}, blocking: true, guard: true, open: "a crash, a timeout"},
	} {
		t.Run(row.name, func(t *testing.T) {
			cmd, _ := json.Marshal(row.command)
			match, _ := json.Marshal(row.matcher)
			handler := row.handler
			if handler != "" {
				handler += ", "
			}
			text := `{"hooks": {"` + row.event + `": [{"matcher": ` + string(match) + `, "hooks": [{` + handler + `"type": "command", "command": ` + string(cmd) + `}]}]}}`
			tree := fstest.MapFS{".claude/settings.json": {Data: []byte(text)}}
			if row.script != "" {
				tree["hooks/g.sh"] = &fstest.MapFile{Data: []byte(row.script)}
			}
			sys := read(t, tree)
			if len(sys.Layers) != 1 || len(sys.Layers[0].Hooks) != 1 {
				t.Fatalf("no hook in %s\n%s", text, problems(sys.Problems))
			}
			h := sys.Layers[0].Hooks[0]
			if h.UnknownEvent || h.Kind != leastagency.HookCommand || h.Event.V != row.event {
				t.Errorf("event %q unknown %v kind %d", h.Event.V, h.UnknownEvent, h.Kind)
			}
			if !slices.Equal(h.Matches, row.matches) || h.All != row.all {
				t.Errorf("matches %v all %v, want %v %v", h.Matches, h.All, row.matches, row.all)
			}
			if h.Blocking != row.blocking || h.Guard != row.guard || (h.Script != nil) != row.found {
				t.Errorf("blocking %v guard %v script %v, want %v %v %v", h.Blocking, h.Guard, h.Script != nil, row.blocking, row.guard, row.found)
			}
			if (h.FailsOpen == "") != (row.open == "") || !strings.Contains(h.FailsOpen, row.open) {
				t.Errorf("fails open %q, want %q", h.FailsOpen, row.open)
			}
		})
	}
}

// TestHookKinds reads the handlers that are no commands, and those that the product refuses.
func TestHookKinds(t *testing.T) {
	l, found := readOne(t, ".claude/settings.json", `{"hooks": {
		"PreToolUse": [
			{"hooks": [{"type": "http", "url": "https://hooks.example.com/x"}, {"type": "prompt", "prompt": "Is $ARGUMENTS safe?"},
				{"type": "mcp_tool", "server": "s", "tool": "guard"}, {"command": "ls"}, 7]},
			{"matcher": "Bash"}
		],
		"PostToolUse": {"matcher": "Bash"},
		"before-tool": [{"matcher": "Bash", "command": "./security.sh"}],
		"preEditHook": {"command": "npx", "args": ["x", "validate"]}
	}}`)
	want := []struct {
		kind    leastagency.HookKind
		unknown bool
		guard   bool
	}{{leastagency.HookHTTP, false, false}, {leastagency.HookModel, false, true}, {leastagency.HookTool, false, false}, {leastagency.HookCommand, false, false},
		{leastagency.HookCommand, true, true}, {leastagency.HookCommand, true, true}}
	if len(l.Hooks) != len(want) {
		t.Fatalf("%d hooks, want %d", len(l.Hooks), len(want))
	}
	for i, w := range want {
		h := l.Hooks[i]
		if h.Kind != w.kind || h.UnknownEvent != w.unknown || h.Guard != w.guard {
			t.Errorf("hook %d: kind %d unknown %v guard %v, want %+v", i, h.Kind, h.UnknownEvent, h.Guard, w)
		}
	}
	if h := l.Hooks[0]; h.URL.V != "https://hooks.example.com/x" || h.At.Text() != `"https://hooks.example.com/x"` {
		t.Errorf("http hook at %q", h.At.Text())
	}
	if h := l.Hooks[1]; h.Prompt == nil || h.Prompt.At.Text() != h.Prompt.Body || h.FailsOpen == "" {
		t.Errorf("prompt hook %+v", h)
	}
	for _, part := range []string{`without "type"`, `without a list "hooks"`, `"hooks.PostToolUse" must be a list`} {
		if !strings.Contains(problems(found), part) {
			t.Errorf("no problem says %q:\n%s", part, problems(found))
		}
	}
}

// TestRelativeElsewhere holds that a relative path in a plugin or a home folder is looked for in the
// folder of the session, which is not the folder of the plugin.
func TestRelativeElsewhere(t *testing.T) {
	text := []byte(`{"hooks": {"PreToolUse": [{"matcher": "Bash", "hooks": [{"type": "command", "command": "./guard.sh"}]}]}}`)
	for _, p := range []string{"p/hooks/hooks.json", "home/me/.claude/settings.json"} {
		sys := read(t, fstest.MapFS{p: {Data: text}, "p/guard.sh": {Data: []byte("exit 2")}, "home/me/guard.sh": {Data: []byte("exit 2")}})
		if len(sys.Layers) != 1 || len(sys.Layers[0].Hooks) != 1 {
			t.Fatalf("%s: no hook", p)
		}
		if h := sys.Layers[0].Hooks[0]; h.Script != nil || !h.Guard || !strings.Contains(h.FailsOpen, "relative path") {
			t.Errorf("%s: script %v guard %v fails open %q", p, h.Script, h.Guard, h.FailsOpen)
		}
	}
}
