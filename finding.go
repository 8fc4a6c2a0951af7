package leastagency

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
)

// A Severity says how bad a finding is. It belongs to the rule, not to the place.
type Severity uint8

const (
	SeverityUnknown Severity = iota
	Low
	Medium
	High
	Critical
)

var severityNames = [...]string{"unknown", "low", "medium", "high", "critical"}

func (s Severity) String() string { return name(severityNames[:], int(s)) }

// ParseSeverity returns the severity of a name as String gives it.
func ParseSeverity(s string) (Severity, bool) {
	i := slices.Index(severityNames[:], s)
	return Severity(max(i, 0)), i > 0
}

// A Confidence says how sure a finding is.
type Confidence uint8

const (
	ConfidenceUnknown Confidence = iota
	Guessed                      // a reading of prose or of a name; shown on request
	Inferred                     // follows from what is known of a tool, a server or a default
	Declared                     // stands in the file
)

func (c Confidence) String() string {
	return name([]string{"unknown", "guessed", "inferred", "declared"}, int(c))
}

func name(names []string, i int) string {
	if i < 0 || i >= len(names) {
		return names[0]
	}
	return names[i]
}

// A Step is a place with what happens there: one link of a witness, or a related place.
type Step struct {
	At   Span
	Text string
}

// A Finding is one thing wrong, at one place, with the reasons.
type Finding struct {
	Rule *RuleInfo
	// Severity is the rule's, one lower in a template.
	Severity   Severity
	Confidence Confidence
	At         Span
	Message    string // names the thing, the fact and the consequence; one line; no secret
	Steps      []Step // the witness, in order
	Related    []Step // further places with the same cause
	Fix        *Fix
}

// A Fix is a change that is safe and certain.
type Fix struct {
	Text  string // what it does, imperative
	Edits []Edit
}

// An Edit replaces the bytes of a span.
type Edit struct {
	At  Span
	New string
}

// Because adds one step to the witness. A step without a place is dropped: it could not be shown.
func (f *Finding) Because(at Span, format string, args ...any) *Finding {
	if !at.IsZero() {
		f.Steps = append(f.Steps, Step{at, fmt.Sprintf(format, args...)})
	}
	return f
}

// Also adds a further place with the same cause.
func (f *Finding) Also(at Span, format string, args ...any) *Finding {
	known := at == f.At || slices.ContainsFunc(f.Related, func(s Step) bool { return s.At == at })
	if !at.IsZero() && !known {
		f.Related = append(f.Related, Step{at, fmt.Sprintf(format, args...)})
	}
	return f
}

// Sure sets the confidence, which is Declared when nothing is said.
func (f *Finding) Sure(c Confidence) *Finding {
	if c != ConfidenceUnknown {
		f.Confidence = c
	}
	return f
}

// Fingerprint recognises the finding across reformatting and moves within its file. Messages carry
// names and no places or secrets, so that rule, path and message are stable.
func (f *Finding) Fingerprint() string {
	sum := sha256.Sum256([]byte(f.Rule.ID + "\x00" + f.At.File.Path + "\x00" + f.Message))
	return hex.EncodeToString(sum[:12])
}

func compareFindings(a, b *Finding) int {
	if c := a.At.Compare(b.At); c != 0 {
		return c
	}
	if c := strings.Compare(a.Rule.ID, b.Rule.ID); c != 0 {
		return c
	}
	return strings.Compare(a.Message, b.Message)
}

// Quote returns a name from a scanned file for use in a message: quoted, control and invisible
// characters escaped, and not longer than a reader wants.
func Quote(s string) string {
	const limit = 80
	if len(s) > limit {
		cut := limit
		for cut > 0 && s[cut]&0xc0 == 0x80 {
			cut--
		}
		s = s[:cut] + "…"
	}
	return fmt.Sprintf("%q", s)
}
