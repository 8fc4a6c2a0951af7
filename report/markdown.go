package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
)

// GitHub drops a job summary above 1 MiB whole; other readers take less kindly to long pages.
const (
	maxMarkdown = 900 << 10 // bytes of the page
	maxCell     = 1000      // characters of a message
	maxNode     = 120       // characters of a node in the picture
	maxNodes    = 12        // of the picture
	maxProblems = 100 << 10 // bytes of the list of what could not be read
	reserved    = 4 << 10   // bytes kept free for the notes and the closing line
)

// Markdown prints a page for the summary of a CI job: how many findings of each severity, a picture
// of the chain that the riskiest agent opens, every finding from the worst on, and what could not be
// read. The page stays below the size limit of GitHub, and says what it left out for that.
func Markdown(w io.Writer, r *leastagency.Report, o Options) error {
	v := newView(r, o)
	head := "## leastagency\n\n" + v.severityTable() + v.picture()
	tail := v.problemList()
	head += v.findingTable(maxMarkdown - reserved - len(head) - len(tail))
	_, err := io.WriteString(w, head+tail+v.summary()+"\n")
	return err
}

func (v *view) severityTable() string {
	if len(v.findings) == 0 {
		return ""
	}
	by, _ := v.count()
	var b strings.Builder
	b.WriteString("| severity | findings |\n|---|---:|\n")
	for s := leastagency.Critical; s >= leastagency.Low; s-- {
		if by[s] > 0 {
			fmt.Fprintf(&b, "| %s | %d |\n", s, by[s])
		}
	}
	return b.String() + "\n"
}

// picture draws the chain of the riskiest agent as a Mermaid flowchart; nothing when there is none.
func (v *view) picture() string {
	agent, chain := v.riskiest()
	if chain == nil {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "### What %s can be made to do: %s\n\n", code(shorten(v.text(agent.ID), maxNode)), chain.Name)
	b.WriteString("```mermaid\nflowchart LR\n")
	nodes := legs(chain)
	for i, n := range nodes[:min(len(nodes), maxNodes)] {
		label := mermaidText(shorten(v.text(n.Text), maxNode)) + "<br/>" + mermaidText(shorten(v.placeOf(n.At), maxNode))
		fmt.Fprintf(&b, "  s%d[\"%s\"]\n", i, label)
		if i > 0 {
			fmt.Fprintf(&b, "  s%d --> s%d\n", i-1, i)
		}
	}
	b.WriteString("```\n\n")
	var notes []string
	if agent.Score.Points > 0 {
		notes = append(notes, fmt.Sprintf("Agency score %g of 100.", agent.Score.Points))
	}
	if chain.Cut != "" {
		notes = append(notes, fmt.Sprintf("Without %s the chain is broken.", markdownText(shorten(v.text(chain.Cut), maxNode))))
	}
	if len(notes) > 0 {
		b.WriteString(strings.Join(notes, " ") + "\n\n")
	}
	return b.String()
}

// riskiest returns the agent with a chain that has the highest score, and its worst chain: one that
// asks nobody before one that does. An agent whose chain is no finding here is left out, so that the
// picture shows nothing that the options or the policy hide.
func (v *view) riskiest() (*leastagency.Agent, *leastagency.Chain) {
	var agent *leastagency.Agent
	var worst *leastagency.Chain
	for _, a := range v.report.System.Agents {
		chain := v.shownChain(a)
		if chain == nil {
			continue
		}
		better := worst == nil || cmp.Or(cmp.Compare(a.Score.Points, agent.Score.Points), cmp.Compare(unasked(chain), unasked(worst))) > 0
		if better {
			agent, worst = a, chain
		}
	}
	return agent, worst
}

func unasked(c *leastagency.Chain) int {
	if c.Unattended {
		return 1
	}
	return 0
}

// shownChain returns the first chain of an agent of whose combination there is a finding, unattended
// ones first.
func (v *view) shownChain(a *leastagency.Agent) *leastagency.Chain {
	var found *leastagency.Chain
	for _, c := range a.Chains {
		named := func(f *leastagency.Finding) bool { return f.Rule.ID == "combination/"+c.Name }
		if len(c.Steps) > 0 && slices.ContainsFunc(v.findings, named) && (found == nil || unasked(c) > unasked(found)) {
			found = c
		}
	}
	return found
}

// legs returns the steps of a chain at which each of its grants stands.
func legs(c *leastagency.Chain) []leastagency.Step {
	var list []leastagency.Step
	next := 0
	for _, g := range c.Grants {
		if next < len(c.Steps) {
			list = append(list, c.Steps[next])
		}
		next += len(g.Evidence)
	}
	if next != len(c.Steps) { // not made of its grants alone: show every step
		return c.Steps
	}
	return list
}

// findingTable lists the findings, the worst first, in at most size bytes.
func (v *view) findingTable(size int) string {
	if len(v.findings) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("| severity | where | what |\n|---|---|---|\n")
	list := v.worstFirst()
	for i, f := range list {
		row := v.row(f)
		if b.Len()+len(row) > size {
			fmt.Fprintf(&b, "\n**%s more, none of them worse, left out: the page would be too long.**\n", plural(len(list)-i, "finding"))
			break
		}
		b.WriteString(row)
	}
	return b.String() + "\n"
}

func (v *view) row(f *leastagency.Finding) string {
	pos := f.At.From()
	sure := ""
	if f.Confidence == leastagency.Guessed {
		sure = " (a guess)"
	}
	return fmt.Sprintf("| %s%s | %s | [%s](%s%s.md)<br>%s |\n", f.Severity, sure,
		code(fmt.Sprintf("%s:%d:%d", shorten(v.text(f.At.File.Real), maxCell), pos.Line, pos.Rune)),
		f.Rule.ID, DocsURL, f.Rule.ID, markdownText(shorten(v.text(f.Message), maxCell)))
}

func (v *view) problemList() string {
	list := v.unjudgedFirst()
	if len(list) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("### Not read or not understood\n\n")
	for i, p := range list {
		place := shorten(v.text(problemPath(p)), maxCell)
		if !p.At.IsZero() {
			pos := p.At.From()
			place = fmt.Sprintf("%s:%d:%d", place, pos.Line, pos.Rune)
		}
		line := fmt.Sprintf("- %s: %s\n", code(place), markdownText(shorten(v.text(p.Text), maxCell)))
		if b.Len()+len(line) > maxProblems {
			fmt.Fprintf(&b, "- and %d more\n", len(list)-i)
			break
		}
		b.WriteString(line)
	}
	return b.String() + "\n"
}

// markdownText escapes a text that a stranger may have written, so that it stays plain text inside a
// line or a table cell: no markup, no HTML, no link. A name behind @ or # would be linked even when
// escaped, unless markup stands between.
func markdownText(text string) string {
	var b strings.Builder
	for i, r := range text {
		switch {
		case r == '@' || r == '#':
			fmt.Fprintf(&b, "<span>%c</span>", r)
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '&':
			b.WriteString("&amp;")
		case strings.ContainsRune("\\`*_[]|~$", r), strings.HasPrefix(text[i:], "://"), r == '.' && strings.HasSuffix(strings.ToLower(text[:i]), "www"):
			b.WriteByte('\\')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// code returns a text as a code span, in which nothing is markup. One with a bar stays plain text: a
// table ends its cell there even in code, and how to prevent that depends on what stands before it.
func code(text string) string {
	if strings.Contains(text, "|") {
		return markdownText(text)
	}
	fence := "`"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	pad := ""
	if strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") || strings.Trim(text, " ") == "" {
		pad = " "
	}
	return fence + pad + text + pad + fence
}

// mermaidText writes a text for a quoted label of a Mermaid picture: everything but letters, digits
// and harmless marks as the code of its character.
func mermaidText(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r >= '0' && r <= '9', r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', strings.ContainsRune(" .,-/", r), r >= 0xa0:
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, "#%d;", r)
		}
	}
	return b.String()
}
