package authority

import (
	"testing"

	la "github.com/leastagency/leastagency"
	"pgregory.net/rapid"
)

func TestSameWords(t *testing.T) {
	for _, c := range []struct {
		pattern string
		open    bool
		text    string
		want    bool
	}{
		{"npm test", false, "npm test", true}, {"npm test", false, "npm test x", false}, {"npm test", true, "npm test", true}, {"npm test", true, "npm test x", true},
		{"npm test", true, "npm tests", false}, {"ls*", true, "lsof", true}, {"ls*", true, "l", false}, {"git * main", false, "git push main", true},
		{"git * main", false, "git push main x", false}, {"git * main", true, "git push main x", true}, {"git * main", true, "git push mainx", false},
		{"git * main *", true, "git push main", true}, {"git * main *", true, "git push main x", true}, {"* install", false, "npm install", true}, {"a:*", true, "a b", true},
	} {
		if got := sameWords(la.Action{Pattern: c.pattern, Open: c.open}, c.text); got != c.want {
			t.Errorf("sameWords(%q open %v, %q) = %v", c.pattern, c.open, c.text, got)
		}
	}
}

func TestSamePath(t *testing.T) {
	for _, c := range []struct {
		pattern, file string
		against, want bool
	}{
		{"a", "a", false, true}, {"a", "b/a", false, true}, {"a", "a/b/c", false, true}, {"a/b", "a/b", false, true}, {"a/b", "x/a/b", false, false}, {"a/b", "x/a/b", true, true},
		{"./a", "x/a", true, false}, {"./a", "a", true, true}, {"./.env", ".env", true, true}, {"./.env", "x/.env", true, false}, {"a/**", "a/b/c", false, true}, {"a/*.go", "a/b.go", false, true}, {"a/*.go", "a/b/c.go", false, false},
		{"**", "a/b", false, true}, {"**", "../a", false, false}, {"**", "~/a", false, false}, {"~/**", "~/a/b", false, true}, {"~/a", "~/b", false, false}, {"//etc/**", "//etc/a", false, true},
		{"//**", "//etc/a", false, true}, {"//etc/**", "etc/a", false, false}, {"../a/**", "../a/b", false, true}, {"*.{a,b}", "x.a", false, false}, {"[", "a", false, false}, {"docs/", "docs/a", false, true},
		{".", "a", false, true},
	} {
		if got := samePath(c.pattern, c.file, c.against); got != c.want {
			t.Errorf("samePath(%q, %q, %v) = %v", c.pattern, c.file, c.against, got)
		}
	}
}

func TestSameHost(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		want          bool
	}{
		{"domain:a.com", "a.com", true}, {"domain:A.com", "a.com", true}, {"domain:a.com", "b.a.com", false}, {"domain:*.a.com", "b.a.com", true}, {"domain:*.a.com", "c.b.a.com", true},
		{"domain:*.a.com", "a.com", false}, {"domain:*", "x", true}, {"domain:api*.a.com", "api2.a.com", true}, {"domain:api*.a.com", "api.b.a.com", false}, {"https://a.com/*", "https://a.com/x", true},
		{"https://a.com", "https://a.com/x", true}, {"https://a.com", "https://a.com.evil.example/", false},
	} {
		if got := sameHost(c.pattern, c.text); got != c.want {
			t.Errorf("sameHost(%q, %q) = %v", c.pattern, c.text, got)
		}
	}
}

func TestWild(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		want          bool
	}{{"a?c", "abc", true}, {"a?c", "ac", false}, {"*?", "x", true}, {"*?", "", false}, {"git *", "git", true}, {"git *", "git x", true}, {"git *", "gitx", false}, {"?*z", "abz", true}} {
		if got := wild(c.pattern, c.text); got != c.want {
			t.Errorf("wild(%q, %q) = %v", c.pattern, c.text, got)
		}
	}
}

// TestDecideLaws: where the strictest rule counts, one more denial never lets more pass, one more
// approval never less, and no call is let pass that a rule about everything denies.
func TestDecideLaws(t *testing.T) {
	actions := []la.Action{shell("", false), shell("git", true), shell("git push", true), {Kind: la.ActionRead}, {Kind: la.ActionRead, Pattern: "**"}, {Kind: la.ActionWrite, Pattern: "src/**"},
		{Kind: la.ActionFetch, Pattern: "domain:a.com"}, {Kind: la.ActionServer, Server: "s"}, {Kind: la.ActionServer, Server: "s", Tool: "get_*"}}
	calls := []la.Call{{Action: la.Action{Kind: la.ActionShell, Pattern: "git push x"}}, {Action: la.Action{Kind: la.ActionShell, Pattern: "ls"}, Harmless: true}, {Action: la.Action{Kind: la.ActionRead, Pattern: "a"}, Inside: true},
		{Action: la.Action{Kind: la.ActionWrite, Pattern: "src/a"}, Inside: true, Edit: true}, {Action: la.Action{Kind: la.ActionFetch, Pattern: "a.com"}}, {Action: la.Action{Kind: la.ActionServer, Server: "s", Tool: "get_x"}}}
	rapid.Check(t, func(t *rapid.T) {
		a := &la.Agent{Product: "claude-code", Kind: la.KindSession, Order: la.Strictest, Layers: []*la.Layer{{}}}
		a.Mode.V = la.Mode(rapid.IntRange(0, int(la.ModeContained)).Draw(t, "mode"))
		rule := func(d la.Decision) *la.Rule {
			return &la.Rule{At: file.Whole(), Decision: d, Action: rapid.SampledFrom(actions).Draw(t, "action")}
		}
		for range rapid.IntRange(0, 5).Draw(t, "rules") {
			a.Rules = append(a.Rules, rule(rapid.SampledFrom([]la.Decision{la.Deny, la.Ask, la.Allow}).Draw(t, "decision")))
		}
		call := rapid.SampledFrom(calls).Draw(t, "call")
		before := strictness(Decide(a, call).Decision)
		more := *a
		more.Rules = append(more.Rules[:len(more.Rules):len(more.Rules)], rule(la.Deny))
		if strictness(Decide(&more, call).Decision) < before {
			t.Fatal("a denial lets more pass")
		}
		more.Rules = append(a.Rules[:len(a.Rules):len(a.Rules)], rule(la.Allow))
		if strictness(Decide(&more, call).Decision) > before {
			t.Fatal("an approval lets less pass")
		}
		more.Rules = append(a.Rules[:len(a.Rules):len(a.Rules)], &la.Rule{Decision: la.Deny, Action: la.Action{Kind: la.ActionAny}})
		if v := Decide(&more, call); v.Decision != la.Deny || v.Rule == nil {
			t.Fatalf("everything is denied, and it is %s", v.Decision)
		}
	})
}
