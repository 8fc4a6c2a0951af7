package report

import (
	"fmt"
	"strings"
	"testing"

	"github.com/leastagency/leastagency"
)

// chained returns a report whose two agents have chains.
func chained() *leastagency.Report {
	p := &leastagency.Policy{Rules: []leastagency.RuleInfo{{ID: "combination/lethal-trifecta", Severity: leastagency.High}}}
	f := leastagency.NewFile(".mcp.json", []byte("tracker\npsql\npush\n"))
	step := func(line int, text string) leastagency.Step {
		start := f.LineStart(line)
		return leastagency.Step{At: f.Span(start, start+1), Text: text}
	}
	chain := func(cut string, unattended bool) *leastagency.Chain {
		c := &leastagency.Chain{Name: "lethal-trifecta", Cut: cut, Unattended: unattended}
		for _, evidence := range [][]leastagency.Step{{step(1, `untrusted content: "tracker" reads issues`), step(1, "and nobody is asked")}, {step(2, "private data: psql")}, {step(3, "a way out: push")}} {
			c.Grants = append(c.Grants, &leastagency.Grant{Evidence: evidence})
			c.Steps = append(c.Steps, evidence...)
		}
		return c
	}
	return &leastagency.Report{
		Findings: []*leastagency.Finding{{Rule: &p.Rules[0], Severity: leastagency.High, Confidence: leastagency.Declared, At: f.Whole(), Message: "they meet"}},
		System: &leastagency.System{Agents: []*leastagency.Agent{
			{ID: "small", Score: leastagency.Score{Points: 10}, Chains: []*leastagency.Chain{chain("small cut", true)}},
			{ID: "none", Score: leastagency.Score{Points: 99}},
			{ID: "big", Score: leastagency.Score{Points: 70}, Chains: []*leastagency.Chain{chain("asked", false), chain("big cut", true)}},
		}},
	}
}

func TestMarkdownPicture(t *testing.T) {
	got := printed(t, Format{"markdown", Markdown}, Merge(Part{"svc", chained()}), Options{Policy: policy()})
	want := "### What `big` can be made to do: lethal-trifecta\n\n" +
		"```mermaid\nflowchart LR\n" +
		"  s0[\"untrusted content#58; #34;tracker#34; reads issues<br/>svc/.mcp.json#58;1#58;1\"]\n" +
		"  s1[\"private data#58; psql<br/>svc/.mcp.json#58;2#58;1\"]\n  s0 --> s1\n" +
		"  s2[\"a way out#58; push<br/>svc/.mcp.json#58;3#58;1\"]\n  s1 --> s2\n" +
		"```\n\nAgency score 70 of 100. Without big cut the chain is broken.\n"
	if !strings.Contains(got, want) {
		t.Errorf("got\n%s\nwant in it\n%s", got, want)
	}
	// What the options hide is not drawn either.
	if hidden := printed(t, Format{"markdown", Markdown}, chained(), Options{Policy: policy(), MinSeverity: leastagency.Critical}); strings.Contains(hidden, "mermaid") {
		t.Errorf("a chain without a finding is drawn:\n%s", hidden)
	}
}

// TestMarkdownSize: the page is cut before GitHub drops it whole, the worst are kept, and it says so.
func TestMarkdownSize(t *testing.T) {
	p := policy()
	const n = 4000
	f := leastagency.NewFile(strings.Repeat("@", 2000), []byte(strings.Repeat("x\n", n)))
	r := &leastagency.Report{System: &leastagency.System{}}
	for i := range n {
		finding := &leastagency.Finding{Rule: &p.Rules[2], Severity: leastagency.Low, Confidence: leastagency.Declared, At: f.Span(2*i, 2*i+1), Message: strings.Repeat("@", 3000)}
		if i == n-1 {
			finding.Rule, finding.Severity, finding.Message = &p.Rules[1], leastagency.Critical, "worst"
		}
		r.Findings = append(r.Findings, finding)
		r.System.Problems = append(r.System.Problems, &leastagency.Problem{Path: fmt.Sprint(i), Kind: leastagency.ProblemUnreadable, Text: strings.Repeat("|", 3000)})
	}
	got := printed(t, Format{"markdown", Markdown}, r, Options{Policy: p})
	if len(got) > maxMarkdown || len(got) < maxMarkdown*9/10 {
		t.Errorf("the page has %d bytes, want at most and nearly %d", len(got), maxMarkdown)
	}
	for _, want := range []string{"worst", "left out: the page would be too long", "\n- and ", "4000 findings: 1 critical, 3999 low"} {
		if !strings.Contains(got, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

// TestMarkdownHostileNames: the only links are those to our pages, and the only HTML is ours.
func TestMarkdownHostileNames(t *testing.T) {
	own := strings.NewReplacer("]("+DocsURL+"agency/unrestricted-shell.md)", "", "<br>", "", "<span>@</span>", "", "<span>#</span>", "")
	for _, name := range append(hostileNames, "a|b", `a\|b`, "`", "@team", "https://evil.example", "```", "&lt;b>") {
		rows := 0
		for line := range strings.SplitSeq(printed(t, Format{"markdown", Markdown}, hostile(name), Options{Policy: policy()}), "\n") {
			if strings.HasPrefix(line, "| high | ") && strings.Contains(line, "<br>") {
				rows++
				if bars := strings.Count(strings.NewReplacer(`\\`, "", `\|`, "").Replace(line), "|"); bars != 4 {
					t.Errorf("name %q: %d bars in %q", name, bars, line)
				}
			}
			plain := outsideCode(own.Replace(line))
			if len(openLinks(plain)) > 0 || strings.ContainsAny(plain, "<>@") || strings.Contains(plain, "https://") {
				t.Errorf("name %q: markup in %q", name, line)
			}
		}
		if rows != 1 {
			t.Errorf("name %q: %d rows", name, rows)
		}
	}
}

// outsideCode returns a line of Markdown without its code spans.
func outsideCode(line string) string {
	var b strings.Builder
	for len(line) > 0 {
		if line[0] == '\\' && len(line) > 1 {
			b.WriteString(line[:2])
			line = line[2:]
			continue
		}
		rest := strings.TrimLeft(line, "`")
		if fence := line[:len(line)-len(rest)]; fence != "" {
			_, after, closed := strings.Cut(rest, fence)
			if !closed {
				return b.String() + line
			}
			line = after
			continue
		}
		b.WriteByte(line[0])
		line = line[1:]
	}
	return b.String()
}

func TestMarkdownText(t *testing.T) {
	for text, want := range map[string]string{
		"plain: text - 1. (x)":  "plain: text - 1. (x)",
		"[a](b) ![c](d)":        `\[a\](b) !\[c\](d)`,
		"<b>&amp;":              "&lt;b&gt;&amp;amp;",
		"a|b\\|c":               `a\|b\\\|c`,
		"`x` *y* _z_ ~~s~~ $m$": "\\`x\\` \\*y\\* \\_z\\_ \\~\\~s\\~\\~ \\$m\\$",
		"@team #1":              "<span>@</span>team <span>#</span>1",
		"https://x.example":     `https\://x.example`,
		"WWW.x.example":         `WWW\.x.example`,
	} {
		if got := markdownText(text); got != want {
			t.Errorf("markdownText(%q) = %q, want %q", text, got, want)
		}
	}
	for text, want := range map[string]string{"a": "`a`", "a`b``c": "```a`b``c```", "`": "`` ` ``", `a\|b`: `a\\\|b`, " ": "`   `"} {
		if got := code(text); got != want {
			t.Errorf("code(%q) = %q, want %q", text, got, want)
		}
	}
	if got, want := mermaidText("a\"]\n```é#1"), "a#34;#93;#10;#96;#96;#96;é#35;1"; got != want {
		t.Errorf("mermaidText gives %q, want %q", got, want)
	}
}
