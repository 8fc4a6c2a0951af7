package report

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/fatih/color"

	"github.com/leastagency/leastagency"
)

// A Comparison is a difference with what is needed to show it.
type Comparison struct {
	*leastagency.Difference
	Before, After *leastagency.Report
	From, To      string  // what is compared, as written; To is empty for the files as they are
	MaxGrowth     float64 // points of the score by which an agent may grow
	Prefix        string  // of the paths, "." for none
}

// Outgrown reports whether an agent grew by more than it may.
func (c *Comparison) Outgrown(a *leastagency.AgentChange) bool { return a.Growth > c.MaxGrowth }

// DifferenceFormats are the formats of a comparison; the first is the one for people.
func DifferenceFormats() []string { return []string{"text", "json", "markdown"} }

// WriteDifference prints a comparison in one of the formats.
func WriteDifference(w io.Writer, c Comparison, o Options, format string) error {
	v := newDifference(c, o)
	switch format {
	case "json":
		return writeJSON(w, v.document())
	case "markdown":
		_, err := io.WriteString(w, v.page())
		return err
	}
	return v.lines(w)
}

// NewFindings returns the new findings that are shown under the options.
func (c *Comparison) NewFindings(o Options) []*leastagency.Finding {
	return newDifference(*c, o).findings
}

// A difference is what its formats share: the view of the new findings, and that of the mended ones.
type difference struct {
	*view
	Comparison
	mended *view
	moved  mover
}

func newDifference(c Comparison, o Options) *difference {
	d := &difference{Comparison: c, moved: mover{prefix: c.Prefix, files: map[*leastagency.File]*leastagency.File{}}}
	if d.moved.prefix == "" {
		d.moved.prefix = "."
	}
	var secrets []leastagency.Span
	for _, at := range slices.Concat(c.Before.Secrets, c.After.Secrets) {
		secrets = append(secrets, d.moved.span(at))
	}
	part := func(findings []*leastagency.Finding, of *leastagency.Report) *view {
		return newView(&leastagency.Report{System: &leastagency.System{}, Findings: d.moved.findings(findings), Files: of.Files, Secrets: secrets}, o)
	}
	d.view, d.mended = part(c.New, c.After), part(c.Mended, c.Before)
	return d
}

// uses are how freely a trait is used, as a sentence about it ends.
var uses = [...]string{leastagency.Unused: "", leastagency.Inside: ", inside the sandbox", leastagency.AfterAsking: ", after asking", leastagency.Freely: ", unasked"}

// says tells a trait in one line.
func (d *difference) says(t leastagency.Trait) string { return d.text(t.Text + uses[t.Use]) }

// where names the place of a trait; empty for what the product brings.
func (d *difference) where(t leastagency.Trait) string {
	if t.At.IsZero() {
		return ""
	}
	return d.placeOf(d.moved.span(t.At))
}

// title says how an agent changed as a whole.
func (d *difference) title(a *leastagency.AgentChange) string {
	switch {
	case a.Before == nil:
		return fmt.Sprintf("new, score %.1f", a.After.Score.Points)
	case a.After == nil:
		return fmt.Sprintf("gone, score was %.1f", a.Before.Score.Points)
	case a.Before.Score.Points == a.After.Score.Points:
		return fmt.Sprintf("score %.1f as before", a.After.Score.Points)
	}
	return fmt.Sprintf("score %.1f → %.1f", a.Before.Score.Points, a.After.Score.Points)
}

// A signed trait is one with the sign of a change.
type signed struct {
	sign string
	leastagency.Trait
}

// traits returns what to show of an agent: what it gained, then what it lost. That one which is gone has
// lost everything goes without saying.
func traits(a *leastagency.AgentChange) (list []signed) {
	for _, t := range a.Gained {
		list = append(list, signed{"+", t})
	}
	if a.After != nil {
		for _, t := range a.Lost {
			list = append(list, signed{"-", t})
		}
	}
	return list
}

// closing says in one line what changed.
func (d *difference) closing() string {
	agents := "no agent gained or lost anything"
	if n := len(d.Agents); n > 0 {
		grown := 0
		for _, a := range d.Agents {
			if d.Outgrown(a) {
				grown++
			}
		}
		agents = plural(n, "agent") + " changed"
		if grown > 0 {
			agents += fmt.Sprintf(", %d grew by more than %g", grown, d.MaxGrowth)
		}
	}
	parts := []string{agents, "no new findings"}
	if n := len(d.findings); n > 0 {
		parts[1] = plural(n, "new finding") + ": " + d.counts()
	}
	if n := len(d.mended.findings); n > 0 {
		parts = append(parts, fmt.Sprintf("%d mended", n))
	}
	return strings.Join(append(parts, d.leftOut()...), " · ")
}

// maxTraits is how many traits of one agent are listed for people; JSON has all.
const maxTraits = 30

// lines prints for a terminal.
func (d *difference) lines(w io.Writer) error {
	out := &textWriter{view: d.view, w: bufio.NewWriter(w), paint: painter(d.Color)}
	for _, a := range d.Agents {
		grown := ""
		if d.Outgrown(a) {
			grown = out.paint(fmt.Sprintf("  grew by %.1f", a.Growth), color.FgRed)
		}
		fmt.Fprintf(out.w, "%s  %s%s\n", out.paint(d.text(a.Agent().ID), color.Bold), d.title(a), grown)
		table := tabwriter.NewWriter(out.w, 0, 0, 2, ' ', 0)
		list := traits(a)
		for _, t := range list[:min(len(list), maxTraits)] {
			where := d.where(t.Trait)
			if where != "" {
				where = "\t" + where
			}
			fmt.Fprintf(table, "  %s %s\t%s%s\n", t.sign, t.Kind, d.says(t.Trait), where)
		}
		table.Flush()
		if more := len(list) - maxTraits; more > 0 {
			fmt.Fprintf(out.w, "  and %d more: --format json lists them\n", more)
		}
		fmt.Fprintln(out.w)
	}
	if len(d.findings) > 0 {
		fmt.Fprintf(out.w, "%s\n\n", out.paint("new findings", color.Bold))
		out.found()
	}
	if len(d.mended.findings) > 0 {
		fmt.Fprintf(out.w, "%s\n", out.paint("mended", color.Bold))
		for _, f := range d.mended.findings {
			fmt.Fprintf(out.w, "  %s  %s\n", d.placeOf(f.At), f.Rule.ID)
		}
		fmt.Fprintln(out.w)
	}
	fmt.Fprintf(out.w, "%s\n", d.closing())
	return out.w.Flush()
}

// maxComment is the size of the page: GitHub takes no comment above 65536 characters.
const maxComment = 60 << 10 // bytes

// page prints Markdown for a comment on a pull request: what each agent gained and lost, the largest growth
// first, and the new findings, the worst first. It says what it left out to stay below its size.
func (d *difference) page() string {
	var b strings.Builder
	b.WriteString("## What this change lets agents do\n\n" + markdownText(d.closing()) + "\n\n")
	for i, a := range d.Agents {
		part := d.agentTable(a)
		if b.Len()+len(part) > maxComment/2 {
			fmt.Fprintf(&b, "**%s more that changed, none of which grew by more, left out: the page would be too long.**\n\n", plural(len(d.Agents)-i, "agent"))
			break
		}
		b.WriteString(part)
	}
	if len(d.findings) > 0 {
		b.WriteString("### New findings\n\n")
		b.WriteString(d.findingTable(maxComment - reserved - b.Len()))
	}
	return b.String()
}

func (d *difference) agentTable(a *leastagency.AgentChange) string {
	var b strings.Builder
	grown := ""
	if a.Growth > 0 {
		grown = fmt.Sprintf(", **grew by %.1f**", a.Growth)
	}
	fmt.Fprintf(&b, "### %s: %s%s\n\n", code(shorten(d.text(a.Agent().ID), maxNode)), d.title(a), grown)
	list := traits(a)
	if len(list) == 0 {
		return b.String()
	}
	b.WriteString("| | | what | where |\n|---|---|---|---|\n")
	for _, t := range list[:min(len(list), maxTraits)] {
		where := d.where(t.Trait)
		if where != "" {
			where = code(shorten(where, maxCell))
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", map[string]string{"+": "**+**", "-": "−"}[t.sign], t.Kind, markdownText(shorten(d.says(t.Trait), maxCell/4)), where)
	}
	if more := len(list) - maxTraits; more > 0 {
		fmt.Fprintf(&b, "\nand %d more\n", more)
	}
	return b.String() + "\n"
}

// A JSONDifference is the whole of the JSON format of a comparison. Agents are in the order of their
// growth, findings by path and place. What is left out of findings by an option is counted.
type JSONDifference struct {
	Version int               `json:"version"` // JSONVersion
	Tool    JSONTool          `json:"tool"`
	From    string            `json:"from"` // revision, as written
	To      string            `json:"to"`   // revision, as written; empty for the files as they are
	Agents  []JSONAgentChange `json:"agents"`
	New     []JSONFinding     `json:"new"`    // findings that were not there
	Mended  []JSONFinding     `json:"mended"` // findings that are there no more, with their old places
}

// A JSONAgentChange is what one agent gained and lost.
type JSONAgentChange struct {
	ID      string      `json:"id"`
	Product string      `json:"product"`
	Kind    string      `json:"kind"`
	State   string      `json:"state"` // "new", "gone" or "changed"
	Score   JSONScores  `json:"score"`
	Growth  float64     `json:"growth"` // of the score, as far as it counts
	Gained  []JSONTrait `json:"gained"`
	Lost    []JSONTrait `json:"lost"`
}

// JSONScores are the scores of an agent; null where it is not there.
type JSONScores struct {
	Before *float64 `json:"before"`
	After  *float64 `json:"after"`
}

// A JSONTrait is one thing that an agent gained or lost.
type JSONTrait struct {
	Kind string `json:"kind"` // "capability", "route", "chain", "server", "host", "credential", "trigger", "boundary", "mode", "limit"
	Text string `json:"text"`
	Use  string `json:"use,omitempty"` // "contained", "ask" or "allow", where it applies
	Why  string `json:"why,omitempty"`
	At   *Place `json:"at"` // null for what the product brings
}

func (d *difference) document() JSONDifference {
	doc := JSONDifference{Version: JSONVersion, Tool: JSONTool{Name: "leastagency", Version: d.version()}, From: d.text(d.From), To: d.text(d.To),
		Agents: []JSONAgentChange{}, New: d.jsonFindings(), Mended: d.mended.jsonFindings()}
	for _, a := range d.Agents {
		change := JSONAgentChange{ID: d.text(a.Agent().ID), Product: a.Agent().Product, Kind: a.Agent().Kind.String(), State: "changed",
			Growth: tenths(a.Growth), Gained: d.jsonTraits(a.Gained), Lost: d.jsonTraits(a.Lost)}
		if a.Before == nil {
			change.State = "new"
		} else {
			change.Score.Before = &a.Before.Score.Points
		}
		if a.After == nil {
			change.State = "gone"
		} else {
			change.Score.After = &a.After.Score.Points
		}
		doc.Agents = append(doc.Agents, change)
	}
	return doc
}

func (d *difference) jsonTraits(list []leastagency.Trait) []JSONTrait {
	out := []JSONTrait{}
	for _, t := range list {
		j := JSONTrait{Kind: t.Kind.String(), Text: d.text(t.Text), Why: d.text(t.Why)}
		if t.Use != leastagency.Unused {
			j.Use = t.Use.String()
		}
		if !t.At.IsZero() {
			j.At = ptr(jsonPlace(d.moved.span(t.At)))
		}
		out = append(out, j)
	}
	return out
}
