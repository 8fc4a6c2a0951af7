package poisoning

import (
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/internal/prose"
)

// CrossToolInstruction finds tool descriptions that steer how other tools are used: those of other
// servers, of the client, or all of them. A server may explain its own tools.
var CrossToolInstruction = leastagency.Check{Rule: "poisoning/cross-tool-instruction", Run: func(p *leastagency.Pass) {
	all := toolNames(p)
	for _, layer := range p.Layers {
		for _, s := range layer.Servers {
			for _, tool := range s.Tools {
				for _, text := range append([]*leastagency.Text{tool.Description}, tool.Schema...) {
					if text != nil {
						steering(p, s, tool, text, all)
					}
				}
			}
		}
	}
}}

// clientTools are tools of common clients whose names are no everyday words.
var clientTools = []string{"webfetch", "websearch", "read_file", "write_file", "edit_file", "run_shell_command", "execute_bash", "fs_read", "fs_write",
	"web_fetch", "web_search", "str_replace_editor", "notebookedit", "send_email", "list_directory", "search_files"}

// toolNames returns the servers that state a tool, by its name in lower case; client tools have no server.
func toolNames(p *leastagency.Pass) map[string][]*leastagency.Server {
	out := map[string][]*leastagency.Server{}
	for _, name := range clientTools {
		out[name] = nil
	}
	for _, layer := range p.Layers {
		for _, s := range layer.Servers {
			for _, tool := range s.Tools {
				name := strings.ToLower(tool.Name)
				out[name] = append(out[name], s)
			}
		}
	}
	return out
}

// steers are ways to tell how something else is to be used; the thing stands behind.
var steers = []prose.Phrase{
	"before|after|when|whenever [you] using|calling|invoking|running|use|call|invoke",
	"before|after|when|whenever [the|any|every|each]",
	"instead of|rather [than] [using|calling]",
	"instead of [using|calling] [the|any]",
	"do|must|never|don't|should [not] [use|call|invoke] [the|any|other]",
	"replaces|supersedes|overrides [the|any|all]",
}

func steering(p *leastagency.Pass, s *leastagency.Server, tool *leastagency.Tool, text *leastagency.Text, all map[string][]*leastagency.Server) {
	for _, sentence := range prose.Sentences(text.Body) {
		w := sentence.Words
		for i := range w {
			other, names := others(s, w, i, all)
			if !names {
				continue
			}
			from := max(0, i-5)
			first, _, ok := prose.Any(steers, w[from:i], 0)
			if !ok || excused(w, from+first, true) && !prose.Has(w[from+first:i], "never|don't|not") {
				continue
			}
			p.Reportf(text.Span(w[from+first].Start, w[i].End), "tool %s steers another tool: its description says how %s is to be used", leastagency.Quote(tool.Name), other).
				Because(tool.At, "the tool").Sure(leastagency.Inferred)
			return
		}
	}
}

// others reports whether word i names a tool that is not the server's own, or all tools.
func others(s *leastagency.Server, w []prose.Word, i int, all map[string][]*leastagency.Server) (string, bool) {
	word := w[i].Text
	if (word == "tool" || word == "tools") && prose.Has(w[max(0, i-2):i], "other|another|any|every") {
		_, own := prose.Phrase("[here|of|from|in|on] [this|the|these] [mcp] server|here|package|toolset").At(w, i+1)
		return "every other tool", !own
	}
	servers, known := all[word]
	if !known || len(word) < 5 {
		return "", false
	}
	for _, other := range servers {
		if other == s || other.Name == s.Name {
			return "", false
		}
	}
	if len(servers) > 0 && !strings.ContainsAny(word, "_-") && !(i+1 < len(w) && w[i+1].Text == "tool") && !w[i].Code {
		return "", false // an everyday word
	}
	return leastagency.Quote(word), true
}
