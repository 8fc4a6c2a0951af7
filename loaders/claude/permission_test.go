package claude

import (
	"strings"
	"testing"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/layertest"
)

func TestRules(t *testing.T) {
	const (
		deny, ask, allow = leastagency.Deny, leastagency.Ask, leastagency.Allow

		project, user = leastagency.ScopeProject, leastagency.ScopeUser
	)
	for _, row := range []struct {
		text     string
		decision leastagency.Decision
		want     string // kind, pattern, "open", server/tool
		effects  string
		inert    string // a part of the reason; empty for a rule that works
	}{
		// Commands.
		{"Bash", allow, "shell", "execute@everything", ""},
		{"Bash(*)", allow, "shell", "execute@everything", ""},
		{" Bash ", allow, "shell", "execute@everything", ""},
		{"Bash(git push origin main)", allow, `shell "git push origin main"`, "write.state@service send@service", ""},
		{"Bash(git push:*)", allow, `shell "git push" open`, "write.state@service send@service", ""},
		{"Bash(git push *)", deny, `shell "git push" open`, "write.state@service send@service", ""},
		{"Bash(ls*)", allow, `shell "ls*" open`, "", ""},
		{"Bash(git * main)", allow, `shell "git * main"`, "write.state@service send@service", ""},
		{"Bash(* --version)", allow, `shell "* --version"`, "execute@machine", ""},
		{"Bash(git log * --stat *)", allow, `shell "git log * --stat *" open`, "", ""},
		{"Bash(git:* push)", allow, `shell "git:* push"`, "", "wildcard at the end only"},
		{"Bash(curl http://localhost:*/health)", allow, `shell "curl http://localhost:*/health"`, "read.untrusted@everything send@everything", ""},
		{"Bash(:*)", allow, "shell open", "", "no prefix"},
		{"Bash()", allow, "unknown", "", "empty brackets"},
		{"Bash(ls", deny, "unknown", "", "brackets are not closed"},
		{"(ls)", deny, "unknown", "", "no tool"},
		{"", deny, "unknown", "", "names no tool"},
		{"bash(ls:*)", deny, "shell", "", `did you mean "Bash"`},
		{"Bassh(ls:*)", allow, "unknown", "", `did you mean "Bash"`},
		{"Shell", allow, "unknown", "", `no tool "Shell"`},
		{"Bash(find:*)", allow, `shell "find" open`, "read.private@machine", ""},
		{"Bash(timeout:*)", allow, `shell "timeout" open`, "", "taken off"},
		{"Bash(timeout 5 curl:*)", allow, `shell "timeout 5 curl" open`, "read.untrusted@everything send@everything", ""},
		{"Bash(watch *)", allow, `shell "watch" open`, "", "no pattern with a wildcard approves"},
		{"Bash(rm -rf /)", allow, `shell "rm -rf /"`, "", "no allow rule approves the removal"},
		{"Bash(rm -rf /)", deny, `shell "rm -rf /"`, "write.files@? destroy@?", ""},
		{"Bash(rm -rf ./build)", allow, `shell "rm -rf ./build"`, "write.files@? destroy@?", ""},
		{`Bash(echo \(a\))`, allow, `shell "echo (a)"`, "", ""},
		{"Bash(command:rm *)", deny, `shell "command:rm *"`, "", "rules on the input"},
		{"Bash(run_in_background:true)", deny, `shell "run_in_background:true"`, "", ""},
		{"Bash(run_in_background:true)", allow, `shell "run_in_background:true"`, "", "an allow rule cannot match the input"},
		{"PowerShell(Get-ChildItem *)", allow, `shell "Get-ChildItem" open`, "", ""},
		// Paths.
		{"Read", allow, "read", "read.private@machine read.secret@machine", ""},
		{"Read(*)", allow, "read", "read.private@machine read.secret@machine", ""},
		{"Read(src/**)", allow, `read "src/**" open`, "read.private@project", ""},
		{"Read(/src/**)", allow, `read "./src/**" open`, "read.private@project", ""},
		{"Read(**)", allow, `read "**" open`, "read.private@project read.secret@project", ""},
		{"Read(./**)", allow, `read "./**" open`, "read.private@project read.secret@project", ""},
		{"Read(./.env)", deny, `read "./.env"`, "read.private@one read.secret@one", ""},
		{"Read(.env.example)", allow, `read ".env.example"`, "read.private@one", ""},
		{"Read(~/.ssh/**)", deny, `read "~/.ssh/**" open`, "read.private@project read.secret@project", ""},
		{"Read(~/**)", allow, `read "~/**" open`, "read.private@machine read.secret@machine", ""},
		{"Read(~/.zshrc)", allow, `read "~/.zshrc"`, "read.private@one", ""},
		{"Read(//**)", allow, `read "//**" open`, "read.private@machine read.secret@machine", ""},
		{"Read(//Users/ann/**)", allow, `read "//Users/ann/**" open`, "read.private@machine read.secret@machine", ""},
		{"Read(//Users/ann/Desktop/**)", allow, `read "//Users/ann/Desktop/**" open`, "read.private@machine", ""},
		{"Read(//Users/ann/work/app/**)", allow, `read "//Users/ann/work/app/**" open`, "read.private@project", ""},
		{"Read(//tmp/**)", allow, `read "//tmp/**" open`, "read.private@machine", ""},
		{"Read(//etc/hosts)", allow, `read "//etc/hosts"`, "read.private@machine", ""},
		{"Read(/Users/ann/notes.md)", deny, `read "./Users/ann/notes.md"`, "", "a single slash"},
		{"Read(src:*)", allow, `read "src:*" open`, "", "belongs to commands"},
		{"Glob(src/**)", deny, `read "src/**" open`, "", `write "Read(src/**)"`},
		{"Grep", allow, "read", "read.private@machine read.secret@machine", ""},
		{"Edit", allow, "write", "write.files@machine configure@machine remember@machine", ""},
		{"Edit(docs/**)", allow, `write "docs/**" open`, "write.files@project", ""},
		{"Edit(*.md)", allow, `write "*.md"`, "write.files@project remember@project", ""},
		{"Edit(.github/**)", allow, `write ".github/**" open`, "write.files@project configure@project remember@project", ""},
		{"Edit(CLAUDE.md)", deny, `write "CLAUDE.md"`, "write.files@one remember@one", ""},
		{"Edit(.claude/**)", allow, `write ".claude/**" open`, "", "the client protects it"},
		{"Edit(~/.claude/settings.json)", allow, `write "~/.claude/settings.json"`, "", "the client protects it"},
		{"Edit(.claude/worktrees/**)", allow, `write ".claude/worktrees/**" open`, "write.files@project", ""},
		{"Edit(**/.npmrc)", allow, `write "**/.npmrc"`, "", "the client protects it"},
		{"Edit(.claude/**)", deny, `write ".claude/**" open`, "write.files@project configure@project remember@project", ""},
		{"Write", ask, "write", "write.files@machine configure@machine remember@machine", ""},
		{"Write(docs/**)", allow, `write "docs/**" open`, "", `write "Edit(docs/**)"`},
		{"MultiEdit(docs/**)", deny, `write "docs/**" open`, "", `write "Edit(docs/**)"`},
		{"NotebookEdit(a.ipynb)", deny, `write "a.ipynb"`, "", `write "Edit(a.ipynb)"`},
		{"Edit(file_path:x)", deny, `write "file_path:x"`, "", "rules on the input"},
		// The web.
		{"WebFetch", allow, "fetch", "read.untrusted@everything send@everything", ""},
		{"WebFetch(domain:*)", allow, "fetch", "read.untrusted@everything send@everything", ""},
		{"WebFetch(domain:Example.com.)", allow, `fetch "domain:example.com"`, "read.untrusted@one send@one", ""},
		{"WebFetch(domain:*.example.com)", deny, `fetch "domain:*.example.com" open`, "read.untrusted@service send@service", ""},
		{"WebFetch(https://example.com)", allow, `fetch "https://example.com"`, "", "no domain"},
		{"WebFetch(domain:example.com/docs)", allow, `fetch "domain:example.com/docs"`, "", "a host has no"},
		{"WebFetch(domain:)", deny, `fetch "domain:"`, "", "names no host"},
		{"WebFetch(url:https://example.com)", deny, `fetch "url:https://example.com"`, "", "rules on the input"},
		{"WebSearch", allow, "search", "read.untrusted@everything", ""},
		// Servers.
		{"mcp__github", allow, "server github/", "", ""},
		{"mcp__github__*", allow, "server github/", "", ""},
		{"mcp__github__get_*", allow, "server github/get_* open", "", ""},
		{"mcp__github__merge_pull_request", deny, "server github/merge_pull_request", "", ""},
		{"mcp__*", allow, "server */", "", "must name its server"},
		{"mcp__*", deny, "server */", "", ""},
		{"mcp__git*__push", allow, "server git*/push", "", "must name its server"},
		{"mcp__github(repo)", deny, "server github/", "", "take no brackets"},
		{"mcp__", allow, "server", "", "names no server"},
		// Other tools and wildcards in names.
		{"*", allow, "unknown", "", "Claude Code skips it"},
		{"*", deny, "any", "execute@everything read.private@machine read.secret@machine write.files@machine read.untrusted@everything send@everything spawn@?", ""},
		{"B*", allow, "unknown", "", "Claude Code skips it"},
		{"Web*", deny, "fetch", "read.untrusted@everything send@everything", ""},
		{"Agent", allow, "spawn", "spawn@?", ""},
		{"Task", allow, "spawn", "spawn@?", ""},
		{"Agent(Explore)", deny, `spawn "Explore"`, "spawn@one", ""},
		{"Agent(model:opus)", ask, `spawn "model:opus"`, "spawn@one", ""},
		{"Agent(model:opus)", allow, `spawn "model:opus"`, "", "an allow rule cannot match the input"},
		{"Skill(commit)", allow, `skill "commit"`, "", ""},
		{"SlashCommand(/deploy:*)", allow, `skill "/deploy:*" open`, "", ""},
		{"TodoWrite", allow, "other", "", ""},
		{"Cd(~/code/*)", allow, `other "~/code/*" open`, "", ""},
	} {
		r := newReader(leastagency.NewFile("x", nil), &leastagency.System{Knowledge: known}, ofScope(project))
		got := r.rule(row.text, leastagency.Span{}, row.decision, listSettings)
		if want := describeAction(got.Action); want != row.want {
			t.Errorf("%s %q: %s, want %s", row.decision, row.text, want, row.want)
		}
		if e := layertest.EffectsOf(got.Effects); e != row.effects {
			t.Errorf("%s %q: effects %q, want %q", row.decision, row.text, e, row.effects)
		}
		if (got.Inert == "") != (row.inert == "") || !strings.Contains(got.Inert, row.inert) {
			t.Errorf("%s %q: inert %q, want %q", row.decision, row.text, got.Inert, row.inert)
		}
	}

	// In a user's file one slash starts at the configuration folder.
	r := newReader(leastagency.NewFile("x", nil), &leastagency.System{}, ofScope(user))
	if got := r.rule("Read(/secrets/**)", leastagency.Span{}, deny, listSettings).Action.Pattern; got != "~/.claude/secrets/**" {
		t.Errorf("user rule anchors at %q", got)
	}
	// What an agent may be offered is read by the same grammar, and may be everything.
	if got := r.rule("*", leastagency.Span{}, allow, listOffered); got.Action.Kind != leastagency.ActionAny || got.Inert != "" {
		t.Errorf("tools: * is %s, inert %q", describeAction(got.Action), got.Inert)
	}
	// A skill is not kept from approving what the client protects.
	if got := r.rule("Edit(.claude/**)", leastagency.Span{}, allow, listGranted); got.Inert != "" {
		t.Errorf("skill: inert %q", got.Inert)
	}
	// Names that may belong to another product are not called wrong.
	r.loose = true
	if got := r.rule("run_shell", leastagency.Span{}, allow, listGranted); got.Inert != "" {
		t.Errorf("portable skill: inert %q", got.Inert)
	}
}

func ofScope(scope leastagency.Scope) (p place) {
	p.scope = scope
	return p
}

func describeAction(a leastagency.Action) string {
	s := a.Kind.String()
	if a.Server != "" {
		s += " " + a.Server + "/" + a.Tool
	}
	if a.Pattern != "" {
		s += ` "` + a.Pattern + `"`
	}
	if a.Open {
		s += " open"
	}
	return s
}

func TestSplitTools(t *testing.T) {
	for text, want := range map[string]string{
		"Read, Grep,Glob":                         "Read|Grep|Glob",
		"Read Grep\tGlob":                         "Read|Grep|Glob",
		"Bash(git add *) Bash(git commit *)":      "Bash(git add *)|Bash(git commit *)",
		"Agent(worker, researcher), Read":         "Agent(worker, researcher)|Read",
		"Bash(echo (a, b)), Read":                 "Bash(echo (a, b))|Read",
		"Bash(gh issue view:*),Bash(gh search:*)": "Bash(gh issue view:*)|Bash(gh search:*)",
		"Bash(unclosed, Read":                     "Bash(unclosed|Read",
		"":                                        "",
		" , ,":                                    "",
		"*":                                       "*",
		"Read,\n  Write":                          "Read|Write",
	} {
		var got []string
		for _, at := range splitTools(text) {
			got = append(got, text[at[0]:at[1]])
		}
		if joined := strings.Join(got, "|"); joined != want {
			t.Errorf("%q: %q, want %q", text, joined, want)
		}
	}
}
