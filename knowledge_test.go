package leastagency_test

import (
	"fmt"
	"strings"
	"testing"

	la "github.com/leastagency/leastagency"
)

// The knowledge must name enough of the servers in use that a real configuration is seldom a stranger.
const leastServers = 150

func TestKnownServers(t *testing.T) {
	servers := la.Builtin().Knowledge.Servers
	if len(servers) < leastServers {
		t.Errorf("%d servers are known, want at least %d", len(servers), leastServers)
	}
	owner := map[string]string{}
	for _, s := range servers {
		if !strings.HasPrefix(s.Source, "https://") {
			t.Errorf("%s: source %q is no https address", s.ID, s.Source)
		}
		if len(s.Match) == 0 {
			t.Errorf("%s: no name matches it", s.ID)
		}
		for _, name := range s.Match {
			if other, taken := owner[name]; taken {
				t.Errorf("%s: %s is also a name of %s", s.ID, name, other)
			}
			owner[name] = s.ID
			if strings.ContainsAny(name, " *") || strings.HasPrefix(name, "url:http") || strings.HasSuffix(name, "/") {
				t.Errorf("%s: %q is not a plain name", s.ID, name)
			}
		}
		// A proxy is known by what stands behind it; everything else has tools.
		if s.Proxy != (len(s.Tools) == 0) {
			t.Errorf("%s: proxy is %t, with %d groups of tools", s.ID, s.Proxy, len(s.Tools))
		}
		for _, group := range s.Tools {
			checkTools(t, &s, group)
		}
		for _, c := range s.Credentials {
			if c.Name == "" {
				t.Errorf("%s: a credential without a name", s.ID)
			}
		}
	}
}

func checkTools(t *testing.T, s *la.KnownServer, group la.KnownTools) {
	t.Helper()
	where := s.ID + " " + strings.Join(group.Names, ",")
	if len(group.Names) == 0 {
		t.Errorf("%s: a group of tools without names", s.ID)
	}
	for _, name := range group.Names {
		if name == "" || strings.ContainsAny(name, " ,") {
			t.Errorf("%s: tool name %q", where, name)
		}
	}
	for _, c := range group.Can {
		if c == la.CapabilityUnknown {
			t.Errorf("%s: a capability that does not exist", where)
		}
	}
	if harmful := len(group.Can) > 0; harmful != (group.Why != "") || harmful != (group.Breadth != la.BreadthUnknown) {
		t.Errorf("%s: what can do harm has a breadth and a reason, and nothing else does", where)
	}
	if first := group.Why[:min(1, len(group.Why))]; first != strings.ToLower(first) || strings.HasSuffix(group.Why, ".") {
		t.Errorf("%s: %q is no clause", where, group.Why)
	}
	if group.When != nil && !group.OptIn {
		t.Errorf("%s: a switch brings a group that is there anyway", where)
	}
	if group.OptIn && group.When == nil && s.Filter == nil {
		t.Errorf("%s: nothing brings the group", where)
	}
}

func TestAdvisories(t *testing.T) {
	advisories := la.Builtin().Knowledge.Advisories
	if len(advisories) == 0 {
		t.Fatal("no advisories are known")
	}
	for _, a := range advisories {
		if !strings.HasPrefix(a.Source, "https://") {
			t.Errorf("%s: source %q is no https address", a.ID, a.Source)
		}
		if a.Name == "" || a.Title == "" || strings.HasSuffix(a.Title, ".") {
			t.Errorf("%s: name %q, title %q", a.ID, a.Name, a.Title)
		}
		if err := checkRange(a.Affected); err != nil {
			t.Errorf("%s: %v", a.ID, err)
		}
	}
}

// checkRange reports what is wrong with a range of versions as Advisory.Affected describes it.
func checkRange(affected string) error {
	if affected == "*" {
		return nil
	}
	for _, comparison := range strings.Split(affected, ",") {
		version := strings.TrimLeft(comparison, "<>=")
		switch operator := strings.TrimSuffix(comparison, version); operator {
		case "<", "<=", ">", ">=", "=":
		default:
			return fmt.Errorf("%q: operator %q", affected, operator)
		}
		if version == "" || version[0] < '0' || version[0] > '9' || strings.ContainsAny(version, " *^~|") {
			return fmt.Errorf("%q: version %q", affected, version)
		}
	}
	return nil
}

func TestCheckRange(t *testing.T) {
	for affected, valid := range map[string]bool{"*": true, "<1.2.3": true, ">=0.0.5,<0.1.16": true, "=1.0.16": true, "<2025.7.1": true, "<=1.0.0-beta.2": true,
		"": false, "1.2.3": false, "<": false, "<1.2, >1": false, "^1.2.3": false, "<1.x || >2": false, "==1": false} {
		if err := checkRange(affected); (err == nil) != valid {
			t.Errorf("checkRange(%q) = %v, want valid %t", affected, err, valid)
		}
	}
}
