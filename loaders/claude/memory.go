package claude

import (
	"bytes"
	"path"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/command"
)

const (
	maxHops    = 4   // imports of imports, as the product counts them
	maxImports = 200 // files that one memory brings in
)

// memory reads CLAUDE.md and its kin with what they import.
func (r *reader) memory() {
	t := bodyText(wholeText(r.File))
	if t == nil {
		return
	}
	l := r.Layer(leastagency.KindSession, "", r.File.Whole())
	r.Tell(l, t)
	r.imports(l, t)
}

// wholeText returns the span of a file behind its byte-order mark.
func wholeText(f *leastagency.File) leastagency.Span {
	start := 0
	if bytes.HasPrefix(f.Data, []byte("\xef\xbb\xbf")) {
		start = 3
	}
	return f.Span(start, len(f.Data))
}

// imports adds the files that a text imports with @path, and those that they import.
func (r *reader) imports(l *leastagency.Layer, from *leastagency.Text) {
	seen := map[string]bool{r.File.Path: true}
	var follow func(t *leastagency.Text, hops int)
	follow = func(t *leastagency.Text, hops int) {
		file := t.At.File
		for _, at := range importsOf(t.Body) {
			target := t.Body[at[0]:at[1]]
			value := leastagency.ValueAt(target, t.Span(at[0]-1, at[1]))
			if i := strings.IndexByte(target, '#'); i > 0 {
				target = target[:i]
			}
			target = strings.ReplaceAll(target, `\ `, " ")
			p := path.Join(path.Dir(file.Path), target)
			switch {
			case strings.Contains(target, "://"), strings.HasPrefix(target, "~/"), strings.HasPrefix(target, "/"), p == "..", strings.HasPrefix(p, "../"):
				if len(t.Imports) < maxImports {
					t.Imports = append(t.Imports, value)
				}
				continue
			}
			if seen[p] || len(seen) > maxImports || hops >= maxHops {
				continue
			}
			f := r.Sys.Open(p)
			if f == nil {
				continue // nobody's file: a mention, or a package's name
			}
			seen[p] = true
			if next := bodyText(wholeText(f)); next != nil && bytes.IndexByte(f.Data, 0) < 0 {
				r.Tell(l, next)
				follow(next, hops+1)
			}
		}
	}
	follow(from, 0)
}

// importsOf finds @path outside of code, as offsets of the path.
func importsOf(text string) [][2]int {
	var out [][2]int
	prose(text, func(start, end int) {
		line := text[start:end]
		for i := 0; i < len(line); i++ {
			if line[i] != '@' || i > 0 && line[i-1] != ' ' && line[i-1] != '\t' {
				continue
			}
			from := i + 1
			to := from
			for to < len(line) && (line[to] > ' ' || line[to] == ' ' && line[to-1] == '\\') {
				to++
			}
			if p := line[from:to]; p != "" && p != "/" && (strings.HasPrefix(p, "./") || strings.HasPrefix(p, "../") || strings.HasPrefix(p, "~/") || strings.IndexByte("/._-", p[0]) >= 0 || isAlnum(p[0])) {
				out = append(out, [2]int{start + from, start + to})
			}
			i = to
		}
	})
	return out
}

func isAlnum(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

// prose calls f for every stretch of a line of Markdown that is no code: neither in a fence nor in a span.
func prose(text string, f func(start, end int)) {
	fence := ""
	for start := 0; start < len(text); {
		end, next := lineEnd(text, start)
		line := strings.TrimLeft(text[start:end], " \t")
		mark := fenceOf(line)
		switch {
		case fence == "" && mark != "":
			fence = mark
		case fence != "":
			if mark != "" && mark[0] == fence[0] && len(mark) >= len(fence) && strings.TrimSpace(line[len(mark):]) == "" {
				fence = ""
			}
		default:
			outsideSpans(text, start, end, f)
		}
		start = next
	}
}

// lineEnd returns where the line at start ends without its line end, and where the next one starts.
func lineEnd(text string, start int) (end, next int) {
	i := strings.IndexByte(text[start:], '\n')
	if i < 0 {
		return len(text), len(text)
	}
	end = start + i
	if end > start && text[end-1] == '\r' {
		end--
	}
	return end, start + i + 1
}

// fenceOf returns the marks that open or close a code block; empty when the line is none.
func fenceOf(line string) string {
	for _, c := range []string{"`", "~"} {
		n := len(line) - len(strings.TrimLeft(line, c))
		if n >= 3 && !(c == "`" && strings.Contains(line[n:], "`")) {
			return line[:n]
		}
	}
	return ""
}

// outsideSpans calls f for the parts of a line between code spans: a run of backticks opens one when a
// run of the same length follows.
func outsideSpans(text string, start, end int, f func(start, end int)) {
	type run struct{ at, length, close int }
	var runs []run
	for i := start; i < end; i++ {
		n := 0
		for i+n < end && text[i+n] == '`' {
			n++
		}
		if n > 0 {
			runs = append(runs, run{i, n, -1})
			i += n
		}
	}
	next := map[int]int{} // the nearest run behind, by length
	for i := len(runs) - 1; i >= 0; i-- {
		if at, ok := next[runs[i].length]; ok {
			runs[i].close = at
		}
		next[runs[i].length] = runs[i].at
	}
	for _, r := range runs {
		if r.at < start || r.close < 0 {
			continue // inside a span, or text
		}
		if start < r.at {
			f(start, r.at)
		}
		start = r.close + r.length
	}
	if start < end {
		f(start, end)
	}
}

// inlineCommands finds what runs when a skill or command is loaded: !`command` at the start of a line
// or behind white space, and blocks that open with ```!.
func (r *reader) inlineCommands(body leastagency.Span) []*leastagency.Command {
	const most = 200
	text := body.Text()
	var out []*leastagency.Command
	add := func(start, end int) {
		if strings.TrimSpace(text[start:end]) != "" && len(out) < most {
			out = append(out, command.Parse(text[start:end], body.File.Span(body.Start+start, body.Start+end), r.Sys.Knowledge))
		}
	}
	fence, block, runs := "", 0, false
	for start := 0; start < len(text); {
		end, next := lineEnd(text, start)
		line := strings.TrimLeft(text[start:end], " \t")
		mark := fenceOf(line)
		switch {
		case fence == "" && mark != "":
			fence, block = mark, next
			runs = strings.HasPrefix(strings.TrimSpace(line[len(mark):]), "!")
		case fence != "" && mark != "" && mark[0] == fence[0] && len(mark) >= len(fence) && strings.TrimSpace(line[len(mark):]) == "":
			if runs {
				add(block, start)
			}
			fence, runs = "", false
		case fence == "":
			for i := start; i+1 < end; i++ {
				if text[i] != '!' || text[i+1] != '`' || i > start && text[i-1] != ' ' && text[i-1] != '\t' {
					continue
				}
				if close := strings.IndexByte(text[i+2:end], '`'); close > 0 {
					add(i+2, i+2+close)
					i += 2 + close
				}
			}
		}
		start = next
	}
	return out
}
