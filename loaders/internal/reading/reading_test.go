package reading

import (
	"testing"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/guard"
)

func TestBelow(t *testing.T) {
	const project, user = leastagency.ScopeProject, leastagency.ScopeUser
	for _, row := range []struct {
		path  string
		found bool
		want  Place
	}{
		{".cursor/cli.json", true, Place{project, ".", "cli.json"}},
		{"a/b/.cursor/rules/x.mdc", true, Place{project, "a/b", "rules/x.mdc"}},
		{"home/ann/.cursor/cli.json", true, Place{user, "home/ann", "cli.json"}},
		{"dot_cursor/cli.json", true, Place{user, ".", "cli.json"}},
		{"home/ann/.config/devin/config.json", true, Place{user, "home/ann", "config.json"}},
		{".config/devin/config.json", true, Place{user, ".", "config.json"}},
		{"devin/config.json", false, Place{}},
		{".cursor", false, Place{}},
	} {
		got, found := Below(row.path, ".cursor", ".config/devin")
		if found != row.found || got != row.want {
			t.Errorf("Below(%q) = %+v, %v", row.path, got, found)
		}
	}
}

func TestPlain(t *testing.T) {
	for p, want := range map[string]string{
		".cursor/cli.json.example": ".cursor/cli.json", ".cursor/cli.example.json": ".cursor/cli.json", ".cursor/example.json": ".cursor/example.json", "a/.cursorrules": "a/.cursorrules",
	} {
		if got := Plain(p); got != want {
			t.Errorf("Plain(%q) = %q, want %q", p, got, want)
		}
	}
}

func TestIgnored(t *testing.T) {
	for text, want := range map[string][]string{
		"# a\n.env*\r\n\n/top/\n": {".env*", "./top/"},
		"*\n!src/\nsecrets/":      {"secrets/"},
		"\xef\xbb\xbf.env\n":      {".env"},
		"*\n":                     {"*"},
		"  \n":                    nil,
	} {
		f := leastagency.NewFile(".ignore", []byte(text))
		r := Reader{File: f, Sys: &leastagency.System{}}
		l := &leastagency.Layer{}
		r.Ignored(l)
		if len(l.Rules) != len(want) {
			t.Errorf("%q gives %d rules, want %d", text, len(l.Rules), len(want))
			continue
		}
		for i, rule := range l.Rules {
			if rule.Action.Pattern != want[i] || rule.At.Text() != rule.Text {
				t.Errorf("%q gives %q at %q, want %q", text, rule.Action.Pattern, rule.At.Text(), want[i])
			}
		}
	}
}

func TestDenies(t *testing.T) {
	for code, want := range map[string]bool{
		`echo '{"permission": "deny"}'`: true, `print(json.dumps({"permission": "ask"}))`: true, `{"continue": false}`: true,
		`echo '{"permission": "allow"}'`: false, `continue`: false, `chmod permission denied`: false,
	} {
		if got := guard.DeniesPermission(code); got != want {
			t.Errorf("%q denies: %v", code, got)
		}
	}
}
