package agentcli

import (
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/place"
)

// A Flag is one argument of a command line or of an input that holds some.
type Flag struct {
	Name, Value string
	At, ValueAt leastagency.Span
	Text        place.Text // that it stands in
	start       int        // of the value, in Text; with its quotes
}

// Flags splits arguments into flags with their values. A flag that takes a list takes all words behind it.
func Flags(text place.Text, words []place.Word, lists ...string) []Flag {
	var out []Flag
	for i := 0; i < len(words); i++ {
		w := words[i]
		if !strings.HasPrefix(w.Text, "-") {
			continue
		}
		f := Flag{Name: w.Text, At: text.Part(w.Start, w.End), Text: text, start: -1}
		if name, value, ok := strings.Cut(w.Text, "="); ok && !strings.ContainsAny(name, " ({") {
			f.Name, f.Value, f.start = name, value, w.Start+len(name)+1
			f.ValueAt = text.Part(f.start, w.End)
			out = append(out, f)
			continue
		}
		first := i + 1
		for first < len(words) && i+1 < len(words) && !strings.HasPrefix(words[i+1].Text, "-") && (i+1 == first || slices.Contains(lists, f.Name)) {
			i++
			if f.Value += " " + words[i].Text; i == first {
				f.Value = words[i].Text
			}
		}
		if i >= first {
			f.start, f.ValueAt = words[first].Start, text.Part(words[first].Start, words[i].End)
		}
		out = append(out, f)
	}
	return out
}

// flags returns the arguments behind the program with their places, from its name to the end of its command.
func (s Start) flags(lists ...string) []Flag {
	return Flags(s.Script, s.Script.Arguments(s.offset, s.Call.Args), lists...)
}
