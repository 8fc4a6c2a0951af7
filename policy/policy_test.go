package policy_test

import (
	"cmp"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	diff "github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"pgregory.net/rapid"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/policy"
)

// TestParse reads every policy of testdata/*.txtar; the file of its name and ".want" holds its
// mistakes, and is empty for a good one.
func TestParse(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no policies: %v", err)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var out []txtar.File
		want := map[string]string{}
		for _, f := range archive.Files {
			if name, ok := strings.CutSuffix(f.Name, ".want"); ok {
				want[name] = string(f.Data)
			}
		}
		for _, f := range archive.Files {
			if strings.HasSuffix(f.Name, ".want") {
				continue
			}
			got := ""
			overlay, err := policy.Parse(leastagency.NewFile(f.Name, f.Data), leastagency.Builtin())
			if err != nil {
				got = err.Error() + "\n"
			}
			if (overlay == nil) != (err != nil) {
				t.Errorf("%s: overlay %v and error %v", f.Name, overlay, err)
			}
			if good := filepath.Base(file) == "good.txtar"; good == (err != nil) {
				t.Errorf("%s in %s: error %v", f.Name, file, err)
			}
			if got != want[f.Name] && os.Getenv("LEASTAGENCY_UPDATE") == "" {
				t.Errorf("%s: mistakes differ (-want +got), LEASTAGENCY_UPDATE=1 rewrites them:\n%s", f.Name, diff.Diff(want[f.Name], got))
			}
			out = append(out, f)
			if got != "" {
				out = append(out, txtar.File{Name: f.Name + ".want", Data: []byte(got)})
			}
		}
		if os.Getenv("LEASTAGENCY_UPDATE") != "" {
			archive.Files = out
			if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestSame: what is said in CUE, YAML and JSON is the same.
func TestSame(t *testing.T) {
	texts := map[string]string{
		"leastagency.cue":  "failOn: \"medium\"\nseverity: \"agency/raw-query\": \"low\"\nignore: [{rule: \"agency/raw-query\", path: \"**\", reason: \"r\", expires: \"2030-01-02\"}]\nagents: \"claude-code\": {score: 30, hosts: [], capabilities: send: \"ask\"}\n",
		"leastagency.yaml": "failOn: medium\nseverity: {agency/raw-query: low}\nignore:\n  - {rule: agency/raw-query, path: \"**\", reason: r, expires: 2030-01-02}\nagents:\n  claude-code:\n    score: 30\n    hosts: []\n    capabilities: {send: ask}\n",
		"leastagency.json": `{"failOn": "medium", "severity": {"agency/raw-query": "low"}, "ignore": [{"rule": "agency/raw-query", "path": "**", "reason": "r", "expires": "2030-01-02"}], "agents": {"claude-code": {"score": 30, "hosts": [], "capabilities": {"send": "ask"}}}}`,
	}
	for name, text := range texts {
		o, err := policy.Find(fstest.MapFS{name: {Data: []byte(text)}}, leastagency.Builtin())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		p := o.Apply(leastagency.Builtin())
		d := p.Declared(&leastagency.Agent{ID: "claude-code"})
		if o.FailOn.V != leastagency.Medium || p.Rule("agency/raw-query").Severity != leastagency.Low || len(o.Ignores) != 1 || o.Ignores[0].Expires.Format(time.DateOnly) != "2030-01-02" {
			t.Errorf("%s: read as %+v", name, o)
		}
		if d == nil || d.Score.V != 30 || !d.Hosts.Set || len(d.Hosts.V) != 0 || d.Servers.Set || len(d.Capabilities.V) != 1 || d.Capabilities.V[0].Use != leastagency.AfterAsking {
			t.Errorf("%s: declares %+v", name, d)
		}
		if got := d.Score.At.Text(); strings.Trim(got, `"`) != "score" {
			t.Errorf("%s: the score is placed at %q", name, got)
		}
		if leastagency.Builtin().Rule("agency/raw-query").Severity == leastagency.Low {
			t.Fatal("the built-in policy was changed")
		}
	}
}

// TestDocs: the examples of the page about policies are policies.
func TestDocs(t *testing.T) {
	page, err := os.ReadFile("../docs/policy.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(page), "```cue\n")[1:]
	if len(blocks) < 2 {
		t.Fatalf("%d examples", len(blocks))
	}
	for _, block := range blocks {
		text, _, _ := strings.Cut(block, "```")
		if _, err := policy.Parse(leastagency.NewFile("docs.cue", []byte(text)), leastagency.Builtin()); err != nil {
			t.Errorf("%v\n%s", err, text)
		}
	}
}

func TestFilter(t *testing.T) {
	rule := leastagency.Builtin().Rule("agency/raw-query")
	finding := func(path string) *leastagency.Finding {
		return &leastagency.Finding{Rule: rule, Severity: rule.Severity, At: leastagency.NewFile(path, []byte("x")).Whole()}
	}
	entry := func(path, last string) *leastagency.Ignore {
		day, err := time.Parse(time.DateOnly, last)
		if err != nil {
			t.Fatal(err)
		}
		return &leastagency.Ignore{Rule: rule.ID, Path: path, Expires: day, At: leastagency.NewFile("leastagency.cue", []byte("rule")).Whole()}
	}
	today := time.Date(2026, 6, 1, 23, 0, 0, 0, time.UTC)
	o := &policy.Overlay{Ignores: []*leastagency.Ignore{entry("a/**", "2026-06-01"), entry("b/*", "2026-05-31"), entry("c/**", "2027-01-01")}}
	r := &leastagency.Report{System: &leastagency.System{}, Findings: []*leastagency.Finding{finding("a/b/x.json"), finding("b/x.json"), finding("d/x.json")}}
	o.Filter(r, today, true)
	if len(r.Ignored) != 1 || r.Ignored[0].At.File.Path != "a/b/x.json" {
		t.Errorf("ignored %v, want the one in a, whose entry counts today", r.Ignored)
	}
	if len(r.Findings) != 2 || len(r.Findings[0].Related) != 1 || len(r.Findings[1].Related) != 0 {
		t.Errorf("of b the expired entry should be told, of d nothing: %+v", r.Findings)
	}
	var told []string
	for _, p := range r.System.Problems {
		told = append(told, p.Text)
	}
	if len(told) != 2 || !strings.Contains(told[0], "expired on 2026-05-31") || !strings.Contains(told[1], "nothing matches") {
		t.Errorf("problems %q", told)
	}
}

// TestFixed: no policy that is read lowers, ignores or lets pass what is fixed.
func TestFixed(t *testing.T) {
	base := leastagency.Builtin()
	var ids, fixed []string
	for _, r := range base.Rules {
		ids = append(ids, r.ID)
		if r.Fixed {
			fixed = append(fixed, r.ID)
		}
	}
	if len(fixed) == 0 {
		t.Fatal("nothing is fixed")
	}
	rapid.Check(t, func(t *rapid.T) {
		severities := rapid.SampledFrom([]string{"low", "medium", "high", "critical"})
		rule := rapid.OneOf(rapid.SampledFrom(fixed), rapid.SampledFrom(ids))
		var ignores []map[string]string
		for _, id := range rapid.SliceOfN(rule, 0, 3).Draw(t, "ignores") {
			ignores = append(ignores, map[string]string{"rule": id, "path": "**", "reason": "because", "expires": "2999-12-31"})
		}
		text, err := json.Marshal(map[string]any{
			"failOn":   severities.Draw(t, "failOn"),
			"severity": rapid.MapOfN(rule, severities, 0, 3).Draw(t, "severity"),
			"ignore":   append([]map[string]string{}, ignores...),
		})
		if err != nil {
			t.Fatal(err)
		}
		overlay, err := policy.Parse(leastagency.NewFile("leastagency.json", text), base)
		if err != nil {
			if !strings.Contains(err.Error(), "fixed") {
				t.Fatalf("refused for another reason: %v", err)
			}
			return
		}
		over := overlay.Apply(base)
		r := &leastagency.Report{System: &leastagency.System{}}
		for _, id := range fixed {
			rule := over.Rule(id)
			if rule.Severity < base.Rule(id).Severity || !rule.Fixed {
				t.Fatalf("%s lowered to %s by %s", id, rule.Severity, text)
			}
			r.Findings = append(r.Findings, &leastagency.Finding{Rule: rule, Severity: rule.Severity, At: leastagency.NewFile(".mcp.json", []byte("{}")).Whole()})
		}
		overlay.Filter(r, time.Now(), true)
		if len(r.Findings) != len(fixed) || len(r.Ignored) > 0 {
			t.Fatalf("ignored by %s", text)
		}
		for _, f := range r.Findings {
			if !overlay.FailsOn(f) {
				t.Fatalf("%s does not fail the run under %s", f.Rule.ID, text)
			}
		}
	})
}

// FuzzParse: whatever stands in the file, it is read or refused with places inside it.
func FuzzParse(f *testing.F) {
	for _, text := range []string{"", "failOn: high", "agents: {", "ignore: [{rule: 1}]", "a: a", "\xef\xbb\xbffailOn: low", "failOn: \"\\(failOn)\"", "x: [for a in x {a}]"} {
		for n := range policy.Names {
			f.Add(n, text)
		}
	}
	f.Fuzz(func(t *testing.T, n int, text string) {
		if n < 0 || n >= len(policy.Names) || len(text) > 1000 {
			return
		}
		file := leastagency.NewFile(policy.Names[n], []byte(text))
		_, err := policy.Parse(file, leastagency.Builtin())
		mistakes, ok := err.(policy.Mistakes)
		if err != nil && (!ok || len(mistakes) == 0) {
			t.Fatalf("error without a place: %v", err)
		}
		if !slices.IsSortedFunc(mistakes, func(a, b policy.Mistake) int { return cmp.Compare(a.At.Start, b.At.Start) }) {
			t.Fatalf("out of order: %v", err)
		}
		for _, m := range mistakes {
			if m.At.Start < 0 || m.At.End < m.At.Start || m.At.End > len(text) {
				t.Fatalf("%d to %d lies outside of %d bytes: %s", m.At.Start, m.At.End, len(text), m.Text)
			}
		}
	})
}
