package agentcli

import (
	"slices"
	"strconv"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/claude"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/mcpserver"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/place"
)

// ClaudeLists are flags of Claude Code that take several values.
var ClaudeLists = []string{"--allowedTools", "--allowed-tools", "--disallowedTools", "--disallowed-tools", "--tools", "--add-dir", "--mcp-config"}

// Inline reads what the command line carries of Claude Code's configuration.
func (r Reader) Inline() claude.Inline {
	return claude.Inline{Layer: r.Layer, File: r.Layer.At.File, Sys: r.Sys, Syntax: r.Syntax}
}

// Claude reads the command line of Claude Code. Headless, what no rule allows is denied.
func (r Reader) Claude(list []Flag) {
	for _, f := range list {
		switch f.Name {
		case "--dangerously-skip-permissions":
			r.Layer.Mode = leastagency.ValueAt(leastagency.ModeBypass, f.At)
		case "--permission-mode":
			if m, ok := claude.Mode(f.Value); ok {
				r.Layer.Mode = leastagency.ValueAt(m, f.ValueAt)
			}
		case "--allowedTools", "--allowed-tools":
			r.ClaudeTools(f, leastagency.Allow)
		case "--disallowedTools", "--disallowed-tools":
			r.ClaudeTools(f, leastagency.Deny)
		case "--max-turns":
			r.Turns(f.Value, f.ValueAt)
		case "--add-dir":
			r.Layer.Directories = append(r.Layer.Directories, leastagency.ValueAt(f.Value, f.ValueAt))
		case "--mcp-config":
			r.Servers(r.embedded(f).Get("mcpServers"), mcpserver.Dialect{Syntax: credential.Any})
		case "--settings":
			if root := r.embedded(f); root.Is(node.Map) {
				r.Inline().Settings(root)
			}
		}
	}
}

// Turns states a limit of turns.
func (r Reader) Turns(value string, at leastagency.Span) {
	if n, err := strconv.Atoi(strings.TrimSpace(value)); err == nil && n > 0 {
		r.Layer.Limits.Turns = leastagency.ValueAt(n, at)
	}
}

// ClaudeTools reads a list of tools of the command line.
func (r Reader) ClaudeTools(f Flag, d leastagency.Decision) {
	for _, part := range claude.SplitTools(f.Value) {
		tool := f.Value[part[0]:part[1]]
		at := f.ValueAt
		if i := strings.Index(f.Text.Text[max(f.start, 0):], tool); f.start >= 0 && i >= 0 {
			at = f.Text.Part(f.start+i, f.start+i+len(tool))
		}
		r.Layer.Rules = append(r.Layer.Rules, r.Inline().Rule(strings.Trim(tool, `"'`), at, d))
	}
}

// embedded reads a JSON value of a flag with the places of the file.
func (r Reader) embedded(f Flag) *node.Node {
	if !strings.HasPrefix(strings.TrimSpace(f.Value), "{") || f.start < 0 || f.Text.Node == nil {
		return nil
	}
	at := strings.Index(f.Text.Text[f.start:], f.Value)
	if at < 0 {
		return nil
	}
	span := f.Text.Part(f.start+at, f.start+at+len(f.Value))
	sub := place.TextOf(&node.Node{Kind: node.String, At: span, Text: f.Value, Raw: span.Text() == f.Value})
	root, _ := sub.JSON()
	return root
}

// Servers reads a map of servers.
func (r Reader) Servers(n *node.Node, d mcpserver.Dialect) {
	found := d.Read(n, r.Sys)
	r.Layer.Servers = append(r.Layer.Servers, found...)
	r.Layer.Switches = append(r.Layer.Switches, mcpserver.Switches(found, r.Sys.Knowledge)...)
}

func readClaude(r Reader, s Start) {
	r.Layer.Absent = leastagency.ModeDenyRest
	list := s.flags(ClaudeLists...)
	r.Claude(list)
	stream := slices.IndexFunc(list, func(f Flag) bool { return f.Value == "stream-json" })
	if stream >= 0 && slices.ContainsFunc(list, func(f Flag) bool { return f.Name == "--verbose" }) &&
		!strings.Contains(s.Script.Text, "stream-json >") && !strings.Contains(s.Script.Text, "| jq") {
		r.FullLog("--output-format stream-json", list[stream].ValueAt)
	}
}

// FullLog states that the run prints all that the agent sees.
func (r Reader) FullLog(name string, at leastagency.Span) {
	r.Layer.Switches = append(r.Layer.Switches, &leastagency.Switch{Kind: leastagency.SwitchFullLog, Name: name, At: at})
}
