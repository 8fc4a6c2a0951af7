package manifest

import (
	"cmp"
	"path"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/effect"
)

// tool adds a tool that the manifest gives the agent, with what is known of its name in
// knowledge/tools.cue. Whether anybody is asked before it runs is said by the layer's mode and rules.
func (r *reader) tool(l *leastagency.Layer, name string, at leastagency.Span) *leastagency.Rule {
	t := &leastagency.Rule{At: at, Text: r.Sys.Knowledge.Redact(name), Decision: leastagency.Allow, Action: leastagency.Action{Kind: leastagency.ActionOther, Name: plain(name)}}
	if known := lookup(r.Sys.Knowledge, r.Product, name); known != nil {
		t.Action.Kind = known.Does
		for _, c := range known.Can {
			t.Effects = append(t.Effects, leastagency.Effect{Capability: c, Reach: leastagency.Reach{Breadth: known.Breadth}, Why: known.Why, Confidence: cmp.Or(known.Confidence, leastagency.Inferred)})
		}
		if known.Can == nil {
			t.Effects = effect.Of(t.Action)
		}
	}
	l.Tools = append(l.Tools, t)
	l.ToolsSet = true
	return t
}

// kind adds a tool whose action the format states by itself: a toolset of the type shell.
func (r *reader) kind(l *leastagency.Layer, name string, at leastagency.Span, kind leastagency.ActionKind) *leastagency.Rule {
	t := &leastagency.Rule{At: at, Text: name, Decision: leastagency.Allow, Action: leastagency.Action{Kind: kind}}
	t.Effects = effect.Of(t.Action)
	l.Tools = append(l.Tools, t)
	l.ToolsSet = true
	return t
}

// lookup returns what is known of a tool's name: entries of the format before those of every format,
// exact names before patterns. nil when nothing is.
func lookup(k *leastagency.Knowledge, format, name string) *leastagency.KnownTool {
	if k == nil {
		return nil
	}
	name = plain(name)
	var best *leastagency.KnownTool
	score := 0
	for i := range k.Tools {
		t := &k.Tools[i]
		if t.Format != "" && t.Format != format {
			continue
		}
		for _, pattern := range t.Names {
			s := 0
			switch ok, err := path.Match(pattern, name); {
			case pattern == name:
				s = 2
			case ok && err == nil:
				s = 1
			default:
				continue
			}
			if t.Format != "" {
				s += 2
			}
			if s > score {
				best, score = t, s
			}
		}
	}
	return best
}

// plain is a tool's name as knowledge/tools.cue writes it: lower case, words joined by "_", without
// the module that it is imported from.
func plain(name string) string {
	name = name[strings.LastIndexAny(name, ".:/")+1:]
	var b strings.Builder
	lower := false
	for _, c := range name {
		switch {
		case c >= 'A' && c <= 'Z':
			if lower {
				b.WriteByte('_')
			}
			b.WriteRune(c + 'a' - 'A')
		case c == '-' || c == ' ':
			b.WriteByte('_')
		default:
			b.WriteRune(c)
		}
		lower = c >= 'a' && c <= 'z' || c >= '0' && c <= '9'
	}
	return b.String()
}
