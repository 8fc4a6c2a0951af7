// Package baseline accepts the findings that were there when a repository began to be judged, so that
// only new ones count. A baseline is a JSON file that people review: each line says how many findings of
// a rule a file may have, with the fingerprint that they are recognised by.
//
// What is fixed in rules.cue no baseline accepts: a literal secret, a malicious package.
package baseline

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/leastagency/leastagency"
)

// Name is what a baseline is usually called.
const Name = "leastagency-baseline.json"

// version is the one of the format.
const version = 1

// maxSize is far above any baseline: a line takes about 200 bytes.
const maxSize = 8 << 20 // bytes

// A Baseline is one as read, without a mistake.
type Baseline struct {
	File    *leastagency.File
	entries map[string]*entry // by fingerprint
	order   []*entry
}

// An entry accepts the findings of one fingerprint. Rule and path are part of what the fingerprint stands
// for; they must be those of the finding, or the line would say something else than it does.
type entry struct {
	Rule        string `json:"rule"`
	Path        string `json:"path"`
	Fingerprint string `json:"fingerprint"`
	Count       int    `json:"count"`

	at   leastagency.Span
	used int
}

// Of returns what accepts findings, and those that no baseline may accept.
func Of(findings []*leastagency.Finding) (b *Baseline, fixed []*leastagency.Finding) {
	b = &Baseline{entries: map[string]*entry{}}
	for _, f := range findings {
		if f.Rule.Fixed {
			fixed = append(fixed, f)
			continue
		}
		print := f.Fingerprint()
		if b.entries[print] == nil {
			b.add(&entry{Rule: f.Rule.ID, Path: f.At.File.Path, Fingerprint: print})
		}
		b.entries[print].Count++
	}
	slices.SortFunc(b.order, func(x, y *entry) int {
		return cmp.Or(strings.Compare(x.Path, y.Path), strings.Compare(x.Rule, y.Rule), strings.Compare(x.Fingerprint, y.Fingerprint))
	})
	return b, fixed
}

func (b *Baseline) add(e *entry) {
	b.entries[e.Fingerprint] = e
	b.order = append(b.order, e)
}

// Write prints the baseline: a line for each entry, in the order of paths and rules, so that a change of
// it reads well.
func (b *Baseline) Write(w io.Writer) error {
	var out bytes.Buffer
	fmt.Fprintf(&out, "{\n  \"version\": %d,\n  \"findings\": [", version)
	for i, e := range b.order {
		line, err := json.Marshal(e)
		if err != nil {
			return err
		}
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteString("\n    ")
		for _, r := range string(line) { // nothing in it is to be read as something else
			if r < 0x7f {
				out.WriteRune(r)
				continue
			}
			for _, unit := range utf16.Encode([]rune{r}) {
				fmt.Fprintf(&out, `\u%04x`, unit)
			}
		}
	}
	if len(b.order) > 0 {
		out.WriteString("\n  ")
	}
	out.WriteString("]\n}\n")
	_, err := w.Write(out.Bytes())
	return err
}

// Read reads a baseline of a name. An error says what is wrong, where, and what to do: nothing may be
// judged by a baseline that is not understood.
func Read(name string, in io.Reader) (*Baseline, error) {
	data, err := io.ReadAll(io.LimitReader(in, maxSize+1))
	if err == nil && len(data) > maxSize {
		err = fmt.Errorf("larger than %d MiB", maxSize>>20)
	}
	if err != nil {
		return nil, fmt.Errorf("baseline %q: %w", name, err)
	}
	b := &Baseline{File: leastagency.NewFile(name, data), entries: map[string]*entry{}}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := b.decode(decoder); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			err = errors.New("it ends too early")
		}
		return nil, fmt.Errorf("baseline %q, line %d: %w; 'leastagency baseline write' writes one", name, b.File.Position(int(decoder.InputOffset())).Line, err)
	}
	return b, nil
}

// decode reads the file piece by piece, to know where each entry stands.
func (b *Baseline) decode(d *json.Decoder) error {
	expect := func(want json.Delim) error {
		got, err := d.Token()
		if err == nil && got != json.Token(want) {
			err = fmt.Errorf("want %s, got %v", want, got)
		}
		return err
	}
	if err := expect('{'); err != nil {
		return err
	}
	seen := map[string]bool{}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return err
		}
		name, _ := key.(string)
		if seen[name] {
			return fmt.Errorf("a second %q", name)
		}
		seen[name] = true
		switch name {
		case "version":
			var v int
			if err := d.Decode(&v); err != nil {
				return err
			}
			if v != version {
				return fmt.Errorf("version %d of the format is not known here, want %d", v, version)
			}
		case "findings":
			if err := expect('['); err != nil {
				return err
			}
			for d.More() {
				if err := b.entry(d); err != nil {
					return err
				}
			}
			if err := expect(']'); err != nil {
				return err
			}
		default:
			return fmt.Errorf("unknown key %s", leastagency.Quote(name))
		}
	}
	if err := expect('}'); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("something stands behind its end")
	}
	if !seen["version"] || !seen["findings"] {
		return errors.New("it lacks its version or its findings")
	}
	return nil
}

func (b *Baseline) entry(d *json.Decoder) error {
	start := int(d.InputOffset())
	e := &entry{}
	if err := d.Decode(e); err != nil {
		return err
	}
	start += bytes.IndexByte(b.File.Data[start:], '{')
	e.at = b.File.Span(start, int(d.InputOffset()))
	switch {
	case e.Rule == "" || e.Path == "" || len(e.Fingerprint) != 24 || strings.Trim(e.Fingerprint, "0123456789abcdef") != "" || e.Count < 1:
		return errors.New("an entry has a rule, a path, a fingerprint of 24 digits and a count from 1 on")
	case b.entries[e.Fingerprint] != nil:
		return fmt.Errorf("fingerprint %s stands there twice", e.Fingerprint)
	}
	b.add(e)
	return nil
}

// Filter moves the findings that the baseline accepts to report.Baselined. An entry that no finding needs
// any more is a problem, where judged says that its rule and file were looked at; so is one that speaks of
// what no baseline accepts.
func (b *Baseline) Filter(r *leastagency.Report, policy *leastagency.Policy, judged func(rule, path string) bool) {
	for _, e := range b.order {
		e.used = 0
	}
	accepts := func(f *leastagency.Finding) bool {
		e := b.entries[f.Fingerprint()]
		if e == nil || e.Rule != f.Rule.ID || e.Path != f.At.File.Path || f.Rule.Fixed || e.used == e.Count {
			return false
		}
		e.used++
		return true
	}
	r.Findings = slices.DeleteFunc(r.Findings, func(f *leastagency.Finding) bool {
		if !accepts(f) {
			return false
		}
		r.Baselined = append(r.Baselined, f)
		return true
	})
	for _, f := range r.Earlier { // not shown anyway, but what they need is not stale
		accepts(f)
	}
	for _, e := range b.order {
		rule, text := policy.Rule(e.Rule), ""
		switch {
		case rule != nil && rule.Fixed:
			text = fmt.Sprintf("no baseline accepts %s: mend it, and remove this entry", e.Rule)
		case e.used == e.Count || !judged(e.Rule, e.Path):
			continue
		case rule == nil:
			text = fmt.Sprintf("there is no rule %s: remove this entry", leastagency.Quote(e.Rule))
		case e.used == 0:
			text = fmt.Sprintf("nothing matches this entry for %s in %s any more: write the baseline again", e.Rule, leastagency.Quote(e.Path))
		default:
			text = fmt.Sprintf("%d of %d findings of %s in %s are gone: write the baseline again", e.Count-e.used, e.Count, e.Rule, leastagency.Quote(e.Path))
		}
		r.System.Problems = append(r.System.Problems, &leastagency.Problem{At: e.at, Kind: leastagency.ProblemPolicy, Text: text})
	}
}

// Size returns how many findings the baseline accepts.
func (b *Baseline) Size() int {
	n := 0
	for _, e := range b.order {
		n += e.Count
	}
	return n
}
