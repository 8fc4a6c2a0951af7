package report

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
)

// diffContext is how many lines stand around a change.
const diffContext = 3

// Diff prints changes as a unified diff. Secrets are masked and hidden
// characters written as escapes, so that it is for readers: what changes such a line is not to be applied.
func Diff(w io.Writer, r *leastagency.Report, o Options, changes []*leastagency.Change) error {
	d := &differ{view: newView(r, o), w: bufio.NewWriter(w)}
	for _, c := range changes {
		name := d.text(c.File.Real)
		fmt.Fprintf(d.w, "--- a/%s\n+++ b/%s\n", name, name)
		d.file(c)
	}
	return d.w.Flush()
}

type differ struct {
	*view
	w *bufio.Writer
}

// A block is a run of lines that edits touch.
type block struct {
	first, last int // lines of the old file
	edits       []leastagency.Edit
}

func (d *differ) file(c *leastagency.Change) {
	var blocks []block
	for _, e := range c.Edits {
		first, last := e.At.From().Line, e.At.To().Line
		if n := len(blocks); n > 0 && first <= blocks[n-1].last {
			blocks[n-1].last = max(last, blocks[n-1].last)
			blocks[n-1].edits = append(blocks[n-1].edits, e)
			continue
		}
		blocks = append(blocks, block{first, last, []leastagency.Edit{e}})
	}
	shift := 0 // how many lines the hunks before added
	for len(blocks) > 0 {
		n := 1
		for n < len(blocks) && blocks[n].first-blocks[n-1].last <= 2*diffContext {
			n++
		}
		shift += d.hunk(c.File, blocks[:n], shift)
		blocks = blocks[n:]
	}
}

// hunk prints blocks that lie close to each other, and returns how many lines they add.
func (d *differ) hunk(f *leastagency.File, blocks []block, shift int) int {
	lines := f.Lines()
	if lines > 1 && len(f.Line(lines)) == 0 {
		lines-- // nothing stands behind the last line end
	}
	first := max(1, blocks[0].first-diffContext)
	var out []string
	put := func(mark string, list []string) {
		for _, line := range list {
			out = append(out, mark+line)
		}
	}
	at, added, old := first, 0, 0
	context := func(to int) {
		if to >= at {
			put(" ", d.split(d.part(f, f.LineStart(at), endOf(f, to))))
			old += to - at + 1
			at = to + 1
		}
	}
	for _, b := range blocks {
		context(b.first - 1)
		b.last = min(b.last, lines)
		start, end := f.LineStart(b.first), endOf(f, b.last)
		before, after := d.split(d.part(f, start, end)), d.split(d.edited(f, start, end, b.edits))
		same := 0
		for same < min(len(before), len(after)) && before[same] == after[same] {
			same++
		}
		tail := 0
		for tail < min(len(before), len(after))-same && before[len(before)-1-tail] == after[len(after)-1-tail] {
			tail++
		}
		put(" ", before[:same])
		put("-", before[same:len(before)-tail])
		put("+", after[same:len(after)-tail])
		put(" ", before[len(before)-tail:])
		added += len(after) - len(before)
		old += len(before)
		at = b.last + 1
	}
	context(min(lines, blocks[len(blocks)-1].last+diffContext))
	fmt.Fprintf(d.w, "@@ -%d,%d +%d,%d @@\n", first, old, first+shift, old+added)
	for _, line := range out {
		fmt.Fprintln(d.w, line)
	}
	return added
}

// endOf returns where a line ends, its line end included.
func endOf(f *leastagency.File, line int) int {
	if line >= f.Lines() {
		return len(f.Data)
	}
	return f.LineStart(line + 1)
}

// part returns the bytes [start, end) of a file with the secrets in them masked.
func (d *differ) part(f *leastagency.File, start, end int) string {
	var b strings.Builder
	for _, m := range d.masksIn(f, start, end) {
		if m.start > start {
			b.Write(f.Data[start:m.start])
		}
		b.WriteString(m.text)
		start = max(start, min(m.end, end))
	}
	b.Write(f.Data[start:end])
	return b.String()
}

// edited returns the bytes [start, end) after edits.
func (d *differ) edited(f *leastagency.File, start, end int, edits []leastagency.Edit) string {
	var b strings.Builder
	for _, e := range edits {
		b.WriteString(d.part(f, start, e.At.Start))
		b.WriteString(e.New)
		start = e.At.End
	}
	b.WriteString(d.part(f, start, max(start, end)))
	return b.String()
}

// split returns the lines of a text, safe to show.
func (d *differ) split(text string) []string {
	if text == "" {
		return nil
	}
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	for i, line := range lines {
		if d.secrets != nil {
			line = d.secrets.Replace(line)
		}
		words := strings.Split(strings.TrimSuffix(d.Policy.Knowledge.Redact(line), "\r"), "\t")
		for j := range words {
			words[j] = Visible(words[j])
		}
		lines[i] = strings.Join(words, "\t")
	}
	return slices.Clip(lines)
}
