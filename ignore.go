package leastagency

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"time"
	"unicode"
)

// An Ignore accepts the findings of one rule: an entry of the policy file for the files of a glob, or a
// comment for one line,
//
//	# leastagency:ignore family/rule, family/rule expires=2027-03-31 -- reason
//
// which speaks of the line it stands behind or, on a line of its own, of the next one that says something.
type Ignore struct {
	Rule    string
	Reason  string
	Expires time.Time // the last day on which it counts; zero for one that a comment does not limit
	At      Span      // the name of the rule
	Path    string    // glob of a policy's entry; empty for a comment
	// Void says why it accepts nothing; empty for one that does. Derived for comments.
	Void string

	line int // that a comment speaks of
}

// Inline reports whether it is a comment in the file that it speaks of.
func (i *Ignore) Inline() bool { return i.Path == "" }

// Expired reports whether the last day is over.
func (i *Ignore) Expired(today time.Time) bool {
	return !i.Expires.IsZero() && today.Format(time.DateOnly) > i.Expires.Format(time.DateOnly)
}

// An Ignored is a finding with what accepts it.
type Ignored struct {
	*Finding
	By *Ignore
}

// ignoreMark begins a comment that ignores.
const ignoreMark = "leastagency:ignore"

// commentMarks returns what begins a comment in a file of a name. Strict JSON has none, which its own
// reader tells; other JSON has those of JavaScript.
func commentMarks(name string) []string {
	base := strings.ToLower(path.Base(name))
	switch path.Ext(base) {
	case ".json", ".jsonc", ".json5", ".code-workspace", ".go", ".js", ".mjs", ".cjs", ".ts", ".mts", ".tsx", ".jsx":
		return []string{"//", "/*"}
	case ".md", ".mdc", ".markdown", ".mdx", ".html", ".htm", ".xml", ".txt":
		return []string{markupComment}
	}
	if strings.HasSuffix(base, "rules") || strings.HasSuffix(base, "hints") { // .cursorrules and the like are Markdown
		return []string{markupComment}
	}
	return []string{"#"}
}

// commentsIn returns what the comments of a file ignore, or mean to.
func commentsIn(f *File) []*Ignore {
	if !bytes.Contains(f.Data, []byte(ignoreMark)) {
		return nil
	}
	var out, waiting []*Ignore // waiting for the line that they speak of
	marks := commentMarks(f.Path)
	var text markup
	for n := 1; n <= f.Lines() && len(out) <= maxComments; n++ {
		line := string(f.Line(n))
		here := marks
		if marks[0] == markupComment {
			here = text.marks(line, n)
		}
		c := findComment(line, here)
		found := c.ignores(f, f.LineStart(n))
		out = append(out, found...)
		switch {
		case len(found) > 0 && c.alone:
			waiting = append(waiting, found...)
		case strings.TrimSpace(line) != "":
			for _, i := range append(waiting, found...) {
				i.line = n
			}
			waiting = nil
		}
	}
	if len(out) > maxComments {
		for _, i := range out[maxComments:] {
			i.Void = fmt.Sprintf("a file holds %d of them at most, and what stands behind is not read", maxComments)
		}
	}
	return out
}

// maxComments is far above what anybody writes into one file.
const maxComments = 1000

const markupComment = "<!--"

// A markup knows where in a Markdown text a line stands.
type markup struct {
	head  bool   // in front matter
	fence string // what closes the block of code that it stands in
}

// marks returns what begins a comment in the next line.
func (m *markup) marks(line string, n int) []string {
	text := strings.TrimSpace(line)
	switch {
	case text == "---" && (n == 1 || m.head):
		m.head = n == 1
		return []string{"#"}
	case m.head:
		return []string{"#"}
	case m.fence == "" && (strings.HasPrefix(text, "```") || strings.HasPrefix(text, "~~~")):
		m.fence = text[:len(text)-len(strings.TrimLeft(text, text[:1]))]
		return nil
	case m.fence != "":
		if strings.HasPrefix(text, m.fence) && strings.Trim(text, m.fence[:1]) == "" {
			m.fence = ""
		}
		return nil
	}
	return []string{markupComment}
}

// A comment is one that ignores, in its line.
type comment struct {
	start int    // of what stands behind the mark
	text  string // that
	alone bool   // nothing else stands in the line
}

func findComment(line string, marks []string) comment {
	at := strings.Index(line, ignoreMark)
	if at < 0 {
		return comment{}
	}
	start := at + len(ignoreMark)
	before := strings.TrimRight(line[:at], " \t")
	for _, mark := range marks {
		before, found := strings.CutSuffix(before, mark)
		if !found || mark == "#" && before != "" && !strings.HasSuffix(before, " ") && !strings.HasSuffix(before, "\t") || quoted(before, mark) {
			continue
		}
		text, after := line[start:], ""
		switch mark {
		case markupComment:
			text, after, _ = strings.Cut(text, "-->")
		case "/*":
			text, after, _ = strings.Cut(text, "*/")
		}
		return comment{start, text, strings.TrimSpace(before+after) == ""}
	}
	return comment{}
}

// quoted reports whether a quote is open at the end of a piece of a line. An apostrophe within a word is none.
func quoted(before, mark string) bool {
	if mark == markupComment {
		return false
	}
	var open, last rune
	for _, r := range before {
		switch {
		case last == '\\' && open != '`':
			r = 0 // escaped, and escapes nothing
		case open == r:
			open = 0
		case open == 0 && (r == '"' || r == '`' || r == '\'' && !unicode.IsLetter(last)):
			open = r
		}
		last = r
	}
	return open != 0
}

// ignores reads "family/rule, family/rule expires=2027-03-31 -- reason", one for each rule. base is where the line starts.
func (c comment) ignores(f *File, base int) []*Ignore {
	if c.start == 0 {
		return nil
	}
	head, reason, _ := strings.Cut(c.text+" ", "-- ")
	all := Ignore{Reason: strings.TrimSpace(reason), At: f.Span(base+c.start-len(ignoreMark), base+c.start)}
	if head != "" && !strings.ContainsAny(head[:1], " \t") {
		all.Void = fmt.Sprintf("no blank stands behind %q", ignoreMark)
		head = ""
	}
	var out []*Ignore
	for at := 0; at < len(head); {
		word := head[at:]
		if n := strings.IndexAny(word, " \t,"); n == 0 {
			at++
			continue
		} else if n > 0 {
			word = word[:n]
		}
		if day, found := strings.CutPrefix(word, "expires="); found {
			var err error
			if all.Expires, err = time.Parse(time.DateOnly, day); err != nil {
				all.Void = fmt.Sprintf("%s is no day, want one as expires=2027-03-31", Quote(day))
			}
		} else {
			out = append(out, &Ignore{Rule: word, At: f.Span(base+c.start+at, base+c.start+at+len(word))})
		}
		at += len(word)
	}
	if len(out) == 0 {
		all.Void = cmp.Or(all.Void, "it names no rule")
		return []*Ignore{&all}
	}
	for _, i := range out {
		i.Reason, i.Expires, i.Void = all.Reason, all.Expires, all.Void
	}
	return out
}

// ignores are what comments accept in one run.
type ignores struct {
	policy *Policy
	today  time.Time
	byFile map[string][]*Ignore // by where the bytes lie: a comment counts through links too
}

// read reads the comments of a file, once, and tells those that accept nothing whatever is found.
func (all *ignores) read(f *File) {
	if f == nil {
		return
	}
	if _, done := all.byFile[f.Real]; done {
		return
	}
	list := commentsIn(f)
	all.byFile[f.Real] = list
	for _, i := range list {
		rule := all.policy.Rule(i.Rule)
		switch {
		case i.Void != "":
		case rule == nil:
			i.Void = "there is no rule " + Quote(i.Rule)
		case rule.Fixed:
			i.Void = i.Rule + " is fixed: no comment ignores it"
		case all.policy.NoInline:
			i.Void = "this run is judged without them"
		case i.Reason == "":
			i.Void = "it gives no reason: write \"-- \" and why behind the rule"
		case i.Expired(all.today):
			i.Void = "it expired on " + i.Expires.Format(time.DateOnly)
		}
	}
}

// of returns the comment that accepts what a rule says of a place; nil when there is none.
func (all *ignores) of(rule string, at Span) *Ignore {
	list := all.byFile[at.File.Real]
	if len(list) == 0 {
		return nil
	}
	line := at.From().Line
	for _, i := range list {
		if i.Void == "" && i.Rule == rule && i.line == line {
			return i
		}
	}
	return nil
}

// apply takes the findings out that comments accept. One that names several places stays until each of
// them is accepted. What of the rules that were judged no finding needs is void.
func (all *ignores) apply(findings []*Finding, judged func(rule string) bool) (kept []*Finding, ignored []*Ignored) {
	used := map[*Ignore]bool{}
	accepts := func(rule string, at Span) *Ignore {
		i := all.of(rule, at)
		if i != nil {
			used[i] = true
		}
		return i
	}
	for _, f := range findings {
		by := accepts(f.Rule.ID, f.At)
		open := f.Related[:0:0]
		for _, step := range f.Related {
			if accepts(f.Rule.ID, step.At) == nil {
				open = append(open, step)
			}
		}
		if by != nil && len(open) == 0 {
			ignored = append(ignored, &Ignored{f, by})
			continue
		}
		f.Related = open
		kept = append(kept, f)
	}
	for _, list := range all.byFile {
		for _, i := range list {
			if i.Void == "" && !used[i] && judged(i.Rule) {
				i.Void = "nothing is found here that it accepts"
			}
		}
	}
	return kept, ignored
}

// sorted returns all comments by place.
func (all *ignores) sorted() []*Ignore {
	list := slices.Concat(slices.Collect(maps.Values(all.byFile))...)
	slices.SortFunc(list, func(a, b *Ignore) int { return a.At.Compare(b.At) })
	return list
}
