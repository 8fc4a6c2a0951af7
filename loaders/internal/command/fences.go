package command

import (
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
)

// shells are the languages of code blocks that a model takes for commands.
var shells = []string{"bash", "sh", "shell", "zsh", "console", "shell-session", "terminal"}

// maxFences bounds how many code blocks of one text are read.
const maxFences = 100

// Fenced reads the lines of a text's shell code blocks that download a script and run it as it comes.
// Instructions with such a line make the model run it; other lines of prose are examples of anything.
func Fenced(t *leastagency.Text, k *leastagency.Knowledge) []*leastagency.Command {
	if t == nil || !t.Raw {
		return nil
	}
	var out []*leastagency.Command
	fence, language, offset, blocks := "", "", 0, 0
	for line := range strings.Lines(t.Body) {
		start := offset
		offset += len(line)
		text := strings.TrimSpace(line)
		mark := text[:len(text)-len(strings.TrimLeft(text, "`~"))]
		switch {
		case fence == "" && len(mark) >= 3:
			if blocks++; blocks > maxFences {
				return out
			}
			fence, language = mark, strings.ToLower(strings.TrimSpace(text[len(mark):]))
		case fence != "" && strings.HasPrefix(text, fence) && text == mark:
			fence = ""
		case fence != "" && slices.Contains(shells, language) && downloads(text):
			lead := strings.Index(line, text)
			text = strings.TrimPrefix(text, "$ ")
			lead += len(strings.TrimSpace(line)) - len(text)
			c := Parse(text, t.Span(start+lead, start+lead+len(text)), k)
			if c.RemoteScript {
				out = append(out, c)
			}
		}
	}
	return out
}

// downloads is a quick look for a line that is worth parsing.
func downloads(line string) bool {
	return !strings.HasPrefix(line, "#") && (strings.Contains(line, "curl") || strings.Contains(line, "wget") || strings.Contains(line, "iwr")) && strings.ContainsAny(line, "|$<&")
}
