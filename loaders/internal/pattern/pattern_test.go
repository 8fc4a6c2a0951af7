package pattern

import (
	"strings"
	"testing"
)

func TestRegexp(t *testing.T) {
	for _, row := range []struct {
		expr     string
		command  string // of an allow rule
		open     bool
		guard    string // of a rule that stops
		paths    string
		hosts    string
		anything bool
	}{
		{`^cargo\s+(build|test)\b`, "cargo build *\ncargo test *", true, "cargo build *\ncargo test *", "cargo build* cargo test*", "*", false},
		{`^npm (install|run)`, "npm install *\nnpm run *", true, "npm install *\nnpm run *", "npm install* npm run*", "*", false},
		{`^ls\b`, "ls", true, "ls", "ls*", "*", false},
		{`^git status$`, "git status", false, "git status", "git status", "git status", false},
		{`^git status( .*)?$`, "git status *\ngit status", true, "git status *\ngit status", "git status * git status", "* git status", false},
		{`sudo\s`, "* sudo", true, "sudo", "**/*sudo*", "*", false},
		{`.*`, "*", true, "*", "", "*", true},
		{``, "*", true, "*", "", "*", true},
		{`^.*$`, "*", true, "*", "", "*", true},
		{`^src/`, "src/", true, "src/", "src/**", "src", false},
		{`\.(md|txt)$`, "* .md\n* .txt", false, ".md\n.txt", "**/*.md **/*.txt", "*", false},
		{`^/etc/`, "/etc/", true, "/etc/", "//etc/**", "*", false},
		{`^https://docs\.rs/`, "https://docs.rs/", true, "https://docs.rs/", "https://docs.rs/**", "docs.rs", false},
		{`^https://docs\.rs`, "https://docs.rs", true, "https://docs.rs", "https://docs.rs*", "*", false},
		{`docs\.rs`, "* docs.rs", true, "docs.rs", "**/*docs.rs*", "*", false},
		{`^foo[0-9]+bar$`, "foo*", true, "foo*", "foo*bar", "*", false},
	} {
		m, ok := Regexp(row.expr)
		if !ok {
			t.Errorf("%q does not compile", row.expr)
			continue
		}
		words, open := m.Command(false)
		if shown := shown(words, open); shown != row.command && words != row.command || open != row.open {
			t.Errorf("%q lets %q run, open %v; want %q, %v", row.expr, words, open, row.command, row.open)
		}
		if words, open := m.Command(true); shown(words, open) != row.guard && words != row.guard {
			t.Errorf("%q stops %q, want %q", row.expr, words, row.guard)
		}
		if got := strings.Join(m.Paths(), " "); got != row.paths {
			t.Errorf("%q has the files %q, want %q", row.expr, got, row.paths)
		}
		if got := strings.Join(m.Hosts(), " "); got != row.hosts {
			t.Errorf("%q has the hosts %q, want %q", row.expr, got, row.hosts)
		}
		if m.Any() != row.anything {
			t.Errorf("%q matches anything: %v, want %v", row.expr, m.Any(), row.anything)
		}
	}
	for _, broken := range []string{"(", "[a", "a{2,1}", "(?=x)"} {
		if _, ok := Regexp(broken); ok {
			t.Errorf("%q compiles", broken)
		}
	}
}

func shown(words string, open bool) string {
	if words == "" && open {
		return "*"
	}
	return words
}

func TestGlob(t *testing.T) {
	for _, row := range []struct {
		glob    string
		command string
		open    bool
	}{
		{"git status", "git status", false},
		{"git push *", "git push", true},
		{"git push*", "git push", true},
		{"npm [iur]*", "npm", true},
		{"*", "", true},
		{"*git commit*", "* git commit", true},
		{"gh pr ? view", "gh pr * view", false},
		{"", "", false},
	} {
		if words, open := Glob(row.glob).Command(false); words != row.command || open != row.open {
			t.Errorf("%q lets %q run, open %v; want %q, %v", row.glob, words, open, row.command, row.open)
		}
	}
	if words, open := Prefix("npm run").Command(false); words != "npm run" || !open {
		t.Errorf("prefix lets %q run, open %v", words, open)
	}
	for expr, want := range map[string]bool{"(": false, "^(?!x)y": true, "^a$": true, `\u0041`: true} {
		if got := Compiles(expr); got != want {
			t.Errorf("Compiles(%q) = %v", expr, got)
		}
	}
}

func FuzzRegexp(f *testing.F) {
	for _, s := range []string{`^(a|b)(c|d)(e|f)(g|h)(i|j)(k|l)$`, `((((((x*)*)*)*)*)*)*`, `a{1000}`, `[^ ]+\s*`, `(?i)Foo`, `\x{10FFFF}`, "(a|b|c|d|e|f){5}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, expr string) {
		for _, m := range []Match{Glob(expr), Prefix(expr)} {
			m.Command(false)
			m.Paths()
			m.Hosts()
		}
		m, ok := Regexp(expr)
		if !ok {
			return
		}
		if len(m.Texts) == 0 || len(m.Texts) > maxBranches+1 {
			t.Errorf("%q has %d branches", expr, len(m.Texts))
		}
		m.Command(false)
		m.Command(true)
		m.Paths()
		m.Hosts()
	})
}
