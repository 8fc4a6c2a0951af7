package report

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/leastagency/leastagency"
)

// How much of a line is looked at and shown.
const (
	lineBefore   = 256  // bytes before the span
	lineAfter    = 768  // bytes behind its start
	secretMargin = 4096 // bytes beyond both, where a secret that reaches into the part may start or end
	columns      = 110  // shown on a terminal
	lead         = 24   // columns before the span in a line that is cut
	tabWidth     = 4
)

// A cell is one character of a source line as it is shown.
type cell struct {
	text   string
	width  int
	marked bool // lies in the span
}

// snippet returns the line on which a span starts, fit for a terminal, and below it the marks:
// a caret where the span starts and tildes to its end or that of the line.
func (v *view) snippet(at leastagency.Span) (text, marks string) {
	line, cutLeft, cutRight := v.cells(at)
	line, more := crop(line)
	cutLeft, cutRight = cutLeft || more.left, cutRight || more.right
	var t, m strings.Builder
	if cutLeft {
		t.WriteString("…")
		m.WriteString(" ")
	}
	mark := "^"
	for _, c := range line {
		t.WriteString(c.text)
		for range c.width {
			if c.marked {
				m.WriteString(mark)
				mark = "~"
			} else {
				m.WriteString(" ")
			}
		}
	}
	if cutRight {
		t.WriteString("…")
	}
	if mark == "^" { // nothing under the span is wide enough to mark
		return strings.TrimRight(t.String(), " "), m.String() + "^"
	}
	return strings.TrimRight(t.String(), " "), strings.TrimRight(m.String(), " ")
}

type cut struct{ left, right bool }

// crop cuts a line that is too wide, so that its first marked cell is shown.
func crop(line []cell) ([]cell, cut) {
	first, total := 0, 0
	for i, c := range line {
		total += c.width
		if c.marked && !line[first].marked {
			first = i
		}
	}
	if total <= columns {
		return line, cut{}
	}
	from := 0
	room := columns
	marked := 0
	for i, c := range line {
		if i < first || c.marked {
			marked += c.width
		}
	}
	if marked > columns {
		for back := 0; first > 0 && back < lead; first-- {
			back += line[first-1].width
		}
		from = first
	}
	to := from
	for to < len(line) && room >= line[to].width {
		room -= line[to].width
		to++
	}
	return line[from:to], cut{left: from > 0, right: to < len(line)}
}

// cells returns the part of the line around the start of a span, and whether more lies before or
// behind it.
func (v *view) cells(at leastagency.Span) (line []cell, left, right bool) {
	file := at.File
	n := at.From().Line
	start := file.LineStart(n)
	end := start + len(file.Line(n))
	if n == 1 && strings.HasPrefix(string(file.Data[:min(3, len(file.Data))]), "\ufeff") {
		start += 3
	}
	from := max(start, min(at.Start, end)-lineBefore)
	to := min(end, max(at.Start, start)+lineAfter)
	for from > start && !utf8.RuneStart(file.Data[from]) {
		from--
	}
	for to < end && !utf8.RuneStart(file.Data[to]) {
		to++
	}
	masks := v.masksIn(file, max(start, from-secretMargin), min(end, to+secretMargin))
	column := 0
	var before rune
	for i := from; i < to; {
		for len(masks) > 0 && masks[0].end <= i {
			masks = masks[1:]
		}
		var c cell
		next := i
		if len(masks) > 0 && masks[0].start <= i {
			next = min(masks[0].end, end)
			text := Visible(masks[0].text)
			c = cell{text: text, width: utf8.RuneCountInString(text)}
			before = 0
		} else {
			r, size := utf8.DecodeRune(file.Data[i:to])
			next = i + size
			switch {
			case r == '\t':
				c.width = tabWidth - column%tabWidth
				c.text = strings.Repeat(" ", c.width)
			default:
				c.text = glyph(before, r, size, string(file.Data[i:min(i+4, to)]))
				if c.width = width(r); len(c.text) != size || hidden(r) {
					c.width = utf8.RuneCountInString(c.text)
				}
				if r == emojiStyle && len(c.text) == size {
					c.width = 0
				}
			}
			before = r
		}
		c.marked = i < max(at.End, at.Start+1) && next > at.Start
		column += c.width
		line = append(line, c)
		i = next
	}
	if at.Start >= end { // the end of the line, where something is missing
		line = append(line, cell{text: " ", width: 1, marked: true})
	}
	return line, from > start, to < end
}

// masksIn returns the secrets that lie in the bytes [start, end) of a file, in order and apart.
func (v *view) masksIn(file *leastagency.File, start, end int) []mask {
	var all []mask
	for _, m := range v.masks[file] {
		if m.end > start && m.start < end {
			all = append(all, m)
		}
	}
	for _, found := range v.Policy.Knowledge.FindSecrets(string(file.Data[start:end])) {
		all = append(all, mask{start + found.Start, start + found.End, found.Shape.Prefix + "…"})
	}
	slices.SortStableFunc(all, func(a, b mask) int { return a.start - b.start })
	apart := all[:0]
	for _, m := range all {
		if n := len(apart); n > 0 && m.start < apart[n-1].end {
			apart[n-1].end = max(apart[n-1].end, m.end)
			continue
		}
		apart = append(apart, m)
	}
	return apart
}

// excerpt returns the marked part of a span's first line as plain text, for formats that carry it.
func (v *view) excerpt(at leastagency.Span) string {
	line, _, _ := v.cells(at)
	var b strings.Builder
	for _, c := range line {
		if c.marked {
			b.WriteString(c.text)
		}
	}
	return b.String()
}
