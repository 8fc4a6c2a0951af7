package reading

import (
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/effect"
)

// maxPatterns bounds what is read of one list of ignored files.
const maxPatterns = 1000

// Ignored reads a file in gitignore syntax that keeps files from the product's own tools, one denied
// read for each pattern. A pattern that a later one takes files back from protects less than it says,
// so the widest are left out then. Comments, and what is ignored only by the index, say nothing.
func (r *Reader) Ignored(l *leastagency.Layer) {
	text, start := string(r.File.Data), 0
	takesBack := strings.HasPrefix(text, "!") || strings.Contains(text, "\n!")
	for line := range strings.SplitAfterSeq(text, "\n") {
		at := start
		start += len(line)
		if at == 0 {
			trimmed := strings.TrimPrefix(line, "\xef\xbb\xbf")
			at, line = len(line)-len(trimmed), trimmed
		}
		pattern := strings.TrimRight(line, " \t\r\n")
		if pattern == "" || pattern[0] == '#' || pattern[0] == '!' || strings.ContainsAny(pattern, "\x00") || takesBack && strings.Trim(pattern, "*/") == "" {
			continue
		}
		if len(l.Rules) == maxPatterns {
			r.Problem(r.File.Span(at, at+len(pattern)), leastagency.ProblemLimit, "only the first %d patterns were read", maxPatterns)
			return
		}
		rule := &leastagency.Rule{At: r.File.Span(at, at+len(pattern)), Text: pattern, Decision: leastagency.Deny,
			Action: leastagency.Action{Kind: leastagency.ActionRead, Pattern: fromTop(pattern)}}
		rule.Action.Open = strings.HasSuffix(rule.Action.Pattern, "*")
		rule.Effects = effect.Of(rule.Action)
		l.Rules = append(l.Rules, rule)
	}
}

// fromTop writes a pattern that starts at the folder of its file as rules write it.
func fromTop(pattern string) string {
	if rest, ok := strings.CutPrefix(pattern, "/"); ok && rest != "" {
		return "./" + rest
	}
	return pattern
}
