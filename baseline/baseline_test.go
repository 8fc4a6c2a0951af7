package baseline_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/baseline"
)

// policy has one rule that may be accepted and one that is fixed.
var policy = &leastagency.Policy{Rules: []leastagency.RuleInfo{{ID: "agency/wide", Severity: leastagency.High}, {ID: "credential/literal", Severity: leastagency.Critical, Fixed: true}}}

func finding(rule, path, message string) *leastagency.Finding {
	file := leastagency.NewFile(path, []byte("text\n"))
	return &leastagency.Finding{Rule: policy.Rule(rule), At: file.Span(0, 4), Message: message}
}

func report(findings ...*leastagency.Finding) *leastagency.Report {
	return &leastagency.Report{System: &leastagency.System{}, Findings: findings}
}

func everything(string, string) bool { return true }

// reread writes a baseline and reads it.
func reread(t interface{ Fatal(...any) }, findings ...*leastagency.Finding) *baseline.Baseline {
	b, _ := baseline.Of(findings)
	var out bytes.Buffer
	if err := b.Write(&out); err != nil {
		t.Fatal(err)
	}
	again, err := baseline.Read("b.json", &out)
	if err != nil {
		t.Fatal(err)
	}
	return again
}

func problems(r *leastagency.Report) (all []string) {
	for _, p := range r.System.Problems {
		all = append(all, fmt.Sprintf("%d: %s", p.At.From().Line, p.Text))
	}
	return all
}

func TestFilter(t *testing.T) {
	wide := func(n int) *leastagency.Finding { return finding("agency/wide", "a.json", fmt.Sprint("message ", n)) }
	for name, test := range map[string]struct {
		then, now []*leastagency.Finding
		left      int
		problems  []string
	}{
		"the same":       {then: []*leastagency.Finding{wide(1), wide(2)}, now: []*leastagency.Finding{wide(2), wide(1)}},
		"one more":       {then: []*leastagency.Finding{wide(1)}, now: []*leastagency.Finding{wide(1), wide(2)}, left: 1},
		"an equal more":  {then: []*leastagency.Finding{wide(1)}, now: []*leastagency.Finding{wide(1), wide(1)}, left: 1},
		"in another":     {then: []*leastagency.Finding{wide(1)}, now: []*leastagency.Finding{finding("agency/wide", "b.json", "message 1")}, left: 1, problems: []string{`4: nothing matches this entry for agency/wide in "a.json" any more: write the baseline again`}},
		"mended":         {then: []*leastagency.Finding{wide(1)}, problems: []string{`4: nothing matches this entry for agency/wide in "a.json" any more: write the baseline again`}},
		"an equal less":  {then: []*leastagency.Finding{wide(1), wide(1)}, now: []*leastagency.Finding{wide(1)}, problems: []string{`4: 1 of 2 findings of agency/wide in "a.json" are gone: write the baseline again`}},
		"never accepted": {then: []*leastagency.Finding{finding("credential/literal", "a.json", "x")}, now: []*leastagency.Finding{finding("credential/literal", "a.json", "x")}, left: 1},
	} {
		t.Run(name, func(t *testing.T) {
			b := reread(t, test.then...)
			b.Filter(report(test.then...), policy, everything) // a run may judge several times
			r := report(test.now...)
			b.Filter(r, policy, everything)
			if len(r.Findings) != test.left || len(r.Findings)+len(r.Baselined) != len(test.now) {
				t.Errorf("%d findings left and %d accepted of %d, want %d left", len(r.Findings), len(r.Baselined), len(test.now), test.left)
			}
			if got := problems(r); !slices.Equal(got, test.problems) {
				t.Errorf("problems %q, want %q", got, test.problems)
			}
		})
	}
}

// TestDishonest: an entry accepts nothing when its line says something else than its fingerprint stands for.
func TestDishonest(t *testing.T) {
	secret, wide := finding("credential/literal", "a.json", "x"), finding("agency/wide", "a.json", "x")
	for _, entry := range []string{
		fmt.Sprintf(`{"rule": "agency/wide", "path": "a.json", "fingerprint": %q, "count": 1}`, secret.Fingerprint()),
		fmt.Sprintf(`{"rule": "credential/literal", "path": "a.json", "fingerprint": %q, "count": 1}`, secret.Fingerprint()),
		fmt.Sprintf(`{"rule": "agency/wide", "path": "docs/example.json", "fingerprint": %q, "count": 1}`, wide.Fingerprint()),
		fmt.Sprintf(`{"rule": "agency/none", "path": "a.json", "fingerprint": %q, "count": 1}`, wide.Fingerprint()),
	} {
		b, err := baseline.Read("b.json", strings.NewReader(`{"version": 1, "findings": [`+entry+`]}`))
		if err != nil {
			t.Fatal(err)
		}
		r := report(secret, wide)
		b.Filter(r, policy, everything)
		if len(r.Findings) != 2 || len(r.System.Problems) != 1 {
			t.Errorf("%s accepts %d findings and is told as %q", entry, len(r.Baselined), problems(r))
		}
	}
}

// TestScope: what was not looked at is not stale, and what was there before needs its entry.
func TestScope(t *testing.T) {
	b := reread(t, finding("agency/wide", "a.json", "x"), finding("agency/wide", "b/c.json", "x"))
	r := report()
	r.Earlier = []*leastagency.Finding{finding("agency/wide", "a.json", "x")}
	b.Filter(r, policy, func(_, path string) bool { return path == "a.json" })
	if len(r.System.Problems) != 0 || len(r.Earlier) != 1 {
		t.Errorf("problems %q, %d earlier", problems(r), len(r.Earlier))
	}
}

func TestMalformed(t *testing.T) {
	const entry = `{"rule": "a/b", "path": "x", "fingerprint": "0123456789abcdef01234567", "count": 1}`
	if _, err := baseline.Read("b.json", strings.NewReader(`{"version": 1, "findings": [`+entry+`]}`)); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		``:                               "line 1: it ends too early",
		`[]`:                             "want {",
		`{}`:                             "lacks its version",
		`{"version": 1}`:                 "lacks",
		`{"findings": []}`:               "lacks",
		`{"version": 2, "findings": []}`: "version 2 of the format is not known",
		`{"version": 1, "findings": {}}`: "want [",
		`{"version": 1, "findings": []`:  "ends too early",
		`{"version": 1, "version": 1, "findings": []}`:                                                                `a second "version"`,
		`{"version": 1, "findings": [], "more": 1}`:                                                                   `unknown key "more"`,
		`{"version": 1, "findings": []} {}`:                                                                           "behind its end",
		`{"version": 1, "findings": [null]}`:                                                                          "an entry has a rule",
		`{"version": 1, "findings": [{"rule": "a/b"}]}`:                                                               "an entry has a rule",
		"{\"version\": 1,\n\"findings\": [\n<<<<<<< HEAD\n" + entry + "]}":                                            "line 3: invalid character '<'",
		`{"version": 1, "findings": [` + entry + `,` + entry + `]}`:                                                   "stands there twice",
		`{"version": 1, "findings": [` + strings.Replace(entry, `"count": 1`, `"count": 0`, 1) + `]}`:                 "count from 1",
		`{"version": 1, "findings": [` + strings.Replace(entry, `"count": 1`, `"count": 1, "ignore": true`, 1) + `]}`: `unknown field "ignore"`,
		`{"version": 1, "findings": [` + strings.Replace(entry, `0123`, `../.`, 1) + `]}`:                             "24 digits",
	} {
		_, err := baseline.Read("b.json", strings.NewReader(text))
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "'leastagency baseline write'") {
			t.Errorf("%s gives %v, want %q", text, err, want)
		}
	}
	if _, err := baseline.Read("b.json", strings.NewReader(strings.Repeat(" ", 9<<20))); err == nil || !strings.Contains(err.Error(), "larger than 8 MiB") {
		t.Errorf("a large file gives %v", err)
	}
}

// TestLaws: a baseline accepts just the findings that it was written of, however they are ordered, but for
// those that none accepts; and it is written the same.
func TestLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var findings []*leastagency.Finding
		for range rapid.IntRange(0, 20).Draw(t, "findings") {
			findings = append(findings, finding(rapid.SampledFrom([]string{"agency/wide", "agency/wide", "credential/literal"}).Draw(t, "rule"),
				rapid.SampledFrom([]string{"a.json", "é/\u202e.md", "b\"c\n"}).Draw(t, "path"), rapid.SampledFrom([]string{"x", "y", "z"}).Draw(t, "message")))
		}
		first, fixed := baseline.Of(findings)
		second, _ := baseline.Of(rapid.Permutation(findings).Draw(t, "order"))
		var one, two bytes.Buffer
		first.Write(&one)
		second.Write(&two)
		if one.String() != two.String() {
			t.Fatalf("the order of findings changes the file:\n%s%s", &one, &two)
		}
		if strings.ContainsFunc(one.String(), func(r rune) bool { return r > 0x7e || r < ' ' && r != '\n' }) {
			t.Fatalf("not plain text: %q", &one)
		}
		r := report(slices.Clone(findings)...)
		reread(t, findings...).Filter(r, policy, everything)
		if len(r.Findings) != len(fixed) || len(r.Baselined) != first.Size() || len(r.System.Problems) != 0 {
			t.Fatalf("%d left of %d that none accepts, %d accepted of %d, problems %q", len(r.Findings), len(fixed), len(r.Baselined), first.Size(), problems(r))
		}
	})
}

func FuzzRead(f *testing.F) {
	f.Add(`{"version": 1, "findings": [{"rule": "a/b", "path": "x", "fingerprint": "0123456789abcdef01234567", "count": 1}]}`)
	f.Add(`{"version": 1, "findings": [null, {}`)
	f.Fuzz(func(t *testing.T, text string) {
		b, err := baseline.Read("b.json", strings.NewReader(text))
		if (b == nil) != (err != nil) {
			t.Fatal("neither a baseline nor an error, or both")
		}
		if b != nil {
			b.Filter(report(), policy, everything)
		}
	})
}
