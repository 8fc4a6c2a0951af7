package agentcli

import (
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/command"
	"github.com/leastagency/leastagency/loaders/internal/effect"
	"github.com/leastagency/leastagency/loaders/internal/node"
)

// GeminiMode sets what is left for the model when nobody is asked: everything, or the tools of the list.
func (r Reader) GeminiMode(settings *node.Node, at leastagency.Span) {
	for _, keys := range [][]string{{"tools", "core"}, {"coreTools"}} {
		if n := settings.Get(keys...); n.Is(node.List) {
			if keys[0] == "coreTools" && r.Layer.Product == "gemini" {
				continue // no longer read
			}
			r.Layer.Absent = leastagency.ModeDenyRest
			r.Layer.Mode = leastagency.Value[leastagency.Mode]{}
			return
		}
	}
	r.Layer.Mode = leastagency.ValueAt(leastagency.ModeBypass, at)
}

func readGemini(r Reader, s Start) {
	r.Layer.Absent = leastagency.ModeDenyRest
	for _, f := range s.flags("--allowed-tools") {
		switch {
		case f.Name == "--yolo" || f.Name == "-y":
			r.Layer.Mode = leastagency.ValueAt(leastagency.ModeBypass, f.At)
		case f.Name == "--approval-mode" && f.Value == "yolo":
			r.Layer.Mode = leastagency.ValueAt(leastagency.ModeBypass, f.ValueAt)
		case f.Name == "--approval-mode" && f.Value == "auto_edit":
			r.Layer.Mode = leastagency.ValueAt(leastagency.ModeAcceptEdits, f.ValueAt)
		case f.Name == "--allowed-tools":
			for part := range strings.SplitSeq(f.Value, ",") {
				r.shellRule(strings.TrimSpace(part), f.Text.Find(part), "run_shell_command", "ShellTool")
			}
		}
	}
}

// shellRule adds an allow rule of a product that writes shell patterns in brackets behind one of the names.
func (r Reader) shellRule(text string, at leastagency.Span, names ...string) {
	name, pattern, bracket := strings.Cut(text, "(")
	pattern = strings.TrimSuffix(pattern, ")")
	rule := &leastagency.Rule{At: at, Text: text, Decision: leastagency.Allow}
	switch {
	case slices.Contains(names, name) && (!bracket || strings.Trim(pattern, ":*") == ""):
		rule.Action = leastagency.Action{Kind: leastagency.ActionShell}
	case slices.Contains(names, name):
		open := strings.HasSuffix(pattern, ":*") || !strings.Contains(pattern, " ")
		words := strings.TrimSuffix(pattern, ":*")
		rule.Action = leastagency.Action{Kind: leastagency.ActionShell, Pattern: words, Open: open, Command: command.Pattern(words, open, at, r.Sys.Knowledge)}
	case name == "write":
		rule.Action = leastagency.Action{Kind: leastagency.ActionWrite, Pattern: pattern}
	default:
		rule.Action = leastagency.Action{Kind: leastagency.ActionOther}
	}
	rule.Effects = effect.Of(rule.Action)
	r.Layer.Rules = append(r.Layer.Rules, rule)
}

func readCopilot(r Reader, s Start) {
	r.Layer.Absent = leastagency.ModeDenyRest
	for _, f := range s.flags() {
		switch f.Name {
		case "--allow-all-tools", "--allow-all", "--yolo":
			r.Layer.Mode = leastagency.ValueAt(leastagency.ModeBypass, f.At)
		case "--allow-tool":
			r.shellRule(f.Value, f.ValueAt, "shell")
		}
	}
}

func readCursor(r Reader, s Start) {
	r.Layer.Absent = leastagency.ModeDenyRest
	readFlag("-f", "--force", "--yolo")(r, s)
}

// readContinue reads the command line of Continue: without a person, what needs leave is refused.
func readContinue(r Reader, s Start) {
	r.Layer.Absent = leastagency.ModeDenyRest
	for _, f := range s.flags() {
		switch f.Name {
		case "--auto":
			r.Layer.Mode = leastagency.ValueAt(leastagency.ModeBypass, f.At)
		case "--readonly":
			r.Layer.Mode = leastagency.ValueAt(leastagency.ModePlan, f.At)
		case "--allow":
			r.shellRule(f.Value, f.ValueAt, "Bash")
		}
	}
}

// readFlag returns a reader of programs of which one flag matters.
func readFlag(names ...string) func(Reader, Start) {
	return func(r Reader, s Start) {
		for _, f := range s.flags() {
			if slices.Contains(names, f.Name) {
				r.Layer.Mode = leastagency.ValueAt(leastagency.ModeBypass, f.At)
			}
		}
	}
}

// readOpen reads a program that asks nobody unless its settings say otherwise.
func readOpen(r Reader, _ Start) { r.Layer.Absent = leastagency.ModeBypass }
