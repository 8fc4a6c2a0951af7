package supplychain

import (
	"testing"

	"github.com/leastagency/leastagency"
)

func TestAffected(t *testing.T) {
	for _, test := range []struct {
		ranges, version string
		want            bool
	}{
		{">=0.0.5,<0.1.16", "0.1.10", true},
		{">=0.0.5,<0.1.16", "0.1.16", false},
		{">=0.0.5,<0.1.16", "0.0.4", false},
		{"<0.1.16", "v0.1.9", true},
		{"<1.0.0", "1.0.0-rc.1", true},
		{"<1.0.0", "1.0.0+build.7", false},
		{"<1.10", "1.9.9", true},
		{"<=2025.7.1", "2025.7.1", true},
		{"=1.0.16", "1.0.16", true},
		{"1.0.16", "1.0.17", false},
		{"*", "", true},
		{"*", "latest", true},
		{"<2", "latest", false},
		{"<2", "", false},
		{"<2", "^1.0.0", false},
		{"~2", "1", false}, // not a comparison we know: says nothing
	} {
		if got := affected(test.ranges, leastagency.Artifact{Version: test.version}); got != test.want {
			t.Errorf("affected(%q, %q) = %v", test.ranges, test.version, got)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want int
	}{
		{"mcp-remote", "mcp-remote", 0},
		{"mcp-remote", "mcp-remot", 1},
		{"mcp-remote", "mcp-remmote", 1},
		{"mcp-remote", "mcp-rem0te", 1},
		{"mcp-remote", "mpc-remote", 1},
		{"mcp-remote", "mcp-remotes", 1},
		{"mcp-remote", "mcp-proxy", 2},
		{"mcp-remote", "mcp-rmeoet", 2},
		{"", "a", 1},
	} {
		if got, back := distance(test.a, test.b), distance(test.b, test.a); got != test.want || back != test.want {
			t.Errorf("distance(%q, %q) = %d and %d, want %d", test.a, test.b, got, back, test.want)
		}
	}
}

func TestSlip(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want bool
	}{
		{"awslabs.mysql-mcp-server", "awslabs.mssql-mcp-server", false},
		{"mcp-server-fetch", "mcp-sever-fetch", true},
		{"mcp-server-postgres", "mcp-server-postgress", true},
		{"mcp-server-kubernetes", "mcp-server-kubernets", true},
		{"mcp-server-git", "mcp-server-gist", false},
		{"mcp-remote", "mcp-remot", true},
		{"mcp-ui", "mcp-iu", false},
	} {
		if got := slip(test.a, test.b); got != test.want {
			t.Errorf("slip(%q, %q) = %v", test.a, test.b, got)
		}
	}
}

func TestElsewhere(t *testing.T) {
	for file, foreign := range map[string]bool{
		"tools/a.js": false, "./a.sh": false, "/usr/bin/python3": false, "${CLAUDE_PLUGIN_ROOT}/a.js": false,
		"$CLAUDE_PROJECT_DIR/.claude/hooks/a.sh": false, "${workspaceFolder}/../other": true, "../a.js": true,
		"a/../../b.js": true, "~/a.sh": true, "/Users/kim/a.js": true, `C:\Users\kim\a.js`: true, "/tmp/a.js": true, "$HOME/a.sh": true,
	} {
		if got := elsewhere(file) != ""; got != foreign {
			t.Errorf("elsewhere(%q) = %q", file, elsewhere(file))
		}
	}
}

func TestCleartext(t *testing.T) {
	for url, want := range map[string]string{
		"http://mcp.tickets.test/mcp": "mcp.tickets.test", "ws://mcp.tickets.test": "mcp.tickets.test", "http://10.0.0.5:80": "10.0.0.5",
		"https://mcp.tickets.test": "", "http://localhost:1": "", "http://[::1]:1": "", "http://127.8.0.1": "", "http://0.0.0.0:9": "",
		"http://tools:8080": "", "http://${HOST}/mcp": "", "http://host.docker.internal:1": "", "http://a.localhost": "", "": "", "http://": "",
	} {
		if got := cleartext(url); got != want {
			t.Errorf("cleartext(%q) = %q, want %q", url, got, want)
		}
	}
}
