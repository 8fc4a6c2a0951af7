package codex

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/authority"
	"github.com/leastagency/leastagency/loaders/internal/layertest"
)

// TestRules compares command lines with a file of rules: the strictest rule whose words begin the line decides.
func TestRules(t *testing.T) {
	sys := read(t, ".codex/rules/default.rules", `
prefix_rule(pattern = ["git", ["status", "log", "push"]])
prefix_rule(pattern = ["git", "push"], decision = "prompt")
prefix_rule(pattern = ["git", "push", ["--force", "-f"]], decision = "forbidden", justification = "history is shared")
prefix_rule(["ls"])
prefix_rule(pattern = ["npm", "run", "build"], decision = "allow", match = ["npm run build --prod"], not_match = ["npm run"])
prefix_rule(pattern = ["rm"], decision = "forbidden")
prefix_rule(pattern = [["curl", "wget"], "-o"], decision = "prompt")
prefix_rule(pattern = ["make deploy"], decision = "forbidden")
prefix_rule(pattern = ["docker", "*"], decision = "forbidden")
prefix_rule(pattern = ["bash", "-lc", "echo hi"], decision = "allow")
host_executable(name = "git", paths = ["/usr/bin/git"])
`)
	if len(sys.Problems) > 0 {
		t.Fatal(layertest.String(sys))
	}
	for line, want := range map[string]leastagency.Decision{
		"git status":              leastagency.Allow,
		"git status --short":      leastagency.Allow,
		"git log -p":              leastagency.Allow,
		"git push":                leastagency.Ask,
		"git push origin main":    leastagency.Ask,
		"git push --force":        leastagency.Deny,
		"git push -f origin":      leastagency.Deny,
		"git push origin --force": leastagency.Ask, // the flag is not where the rule looks
		"git fetch":               leastagency.DecisionUnknown,
		"git":                     leastagency.DecisionUnknown,
		"gitk":                    leastagency.DecisionUnknown,
		"ls":                      leastagency.Allow,
		"ls -la /":                leastagency.Allow,
		"lsof":                    leastagency.DecisionUnknown,
		"npm run build":           leastagency.Allow,
		"npm run build --prod":    leastagency.Allow,
		"npm run builder":         leastagency.DecisionUnknown,
		"npm run":                 leastagency.DecisionUnknown,
		"npm install":             leastagency.DecisionUnknown,
		"rm":                      leastagency.Deny,
		"rm -rf /":                leastagency.Deny,
		"curl -o x https://a.dev": leastagency.Ask,
		"wget -o x":               leastagency.Ask,
		"curl https://a.dev":      leastagency.DecisionUnknown,
		"make deploy":             leastagency.DecisionUnknown, // one word that holds a space is no program
		"docker run x":            leastagency.DecisionUnknown, // a star is a word like any other
		"/usr/bin/git status":     leastagency.DecisionUnknown,
		"bash -lc echo hi":        leastagency.Allow,
		"sudo rm":                 leastagency.DecisionUnknown,
	} {
		got := leastagency.DecisionUnknown
		for _, r := range sys.Layers[0].Rules {
			if r.Inert == "" && strings.HasPrefix(line+" ", r.Action.Pattern+" ") && (got == 0 || r.Decision < got) {
				got = r.Decision
			}
		}
		if got != want {
			t.Errorf("%s: %v, want %v", line, got, want)
		}
	}
}

// TestAuthority tells what a session does with each of the product's own tools, for the policies and
// sandboxes that a project can choose.
func TestAuthority(t *testing.T) {
	for config, want := range map[string]string{
		``:                                                                               "",
		`model = "m"`:                                                                    "shell allow contained, write allow, search ask",
		`approval_policy = "on-request"`:                                                 "shell allow contained, write allow, search ask",
		`approval_policy = "on-failure"`:                                                 "shell allow contained, write allow, search ask",
		`approval_policy = "untrusted"`:                                                  "shell ask contained, write ask, search ask",
		`approval_policy = "never"`:                                                      "shell allow contained, write allow, search deny",
		`sandbox_mode = "read-only"`:                                                     "shell allow contained, write ask, search ask",
		`sandbox_mode = "workspace-write"`:                                               "shell allow contained, write allow, search ask",
		`sandbox_mode = "danger-full-access"`:                                            "shell allow, write allow, search allow",
		`default_permissions = ":read-only"`:                                             "shell allow contained, write ask, search ask",
		`default_permissions = ":workspace"`:                                             "shell allow contained, write allow, search ask",
		`default_permissions = ":danger-full-access"`:                                    "shell allow, write allow, search allow",
		"approval_policy = \"never\"\nsandbox_mode = \"read-only\"":                      "shell allow contained, write deny, search deny",
		"approval_policy = \"never\"\nsandbox_mode = \"workspace-write\"":                "shell allow contained, write allow, search deny",
		"approval_policy = \"never\"\nsandbox_mode = \"danger-full-access\"":             "shell allow, write allow, search allow",
		"approval_policy = \"untrusted\"\nsandbox_mode = \"danger-full-access\"":         "shell ask, write ask, search ask",
		"approval_policy = \"never\"\nweb_search = \"live\"":                             "shell allow contained, write allow, search allow",
		"approval_policy = \"never\"\nweb_search = \"cached\"":                           "shell allow contained, write allow, search allow",
		"web_search = \"disabled\"":                                                      "shell allow contained, write allow, search deny",
		"approval_policy = \"never\"\n[sandbox_workspace_write]\nnetwork_access = true":  "shell allow, write allow, search deny",
		"approval_policy = \"never\"\n[sandbox_workspace_write]\nnetwork_access = false": "shell allow contained, write allow, search deny",
		"approval_policy = {granular = {sandbox_approval = false, rules = true}}":        "shell allow contained, write allow, search deny",
		"approval_policy = {granular = {sandbox_approval = true, rules = true}}":         "shell allow contained, write allow, search ask",
		"approval_policy = \"never\"\ndefault_permissions = \"p\"\n[permissions.p]\nextends = \":read-only\"":                                                                                                            "shell allow contained, write deny, search deny",
		"approval_policy = \"never\"\ndefault_permissions = \"p\"\n[permissions.p.filesystem.\":workspace_roots\"]\n\".\" = \"write\"":                                                                                   "shell allow contained, write allow, search deny",
		"approval_policy = \"never\"\ndefault_permissions = \"p\"\n[permissions.p]\nextends = \":workspace\"\n[permissions.p.network]\nenabled = true":                                                                   "shell allow, write allow, search deny",
		"features.network_proxy = true\napproval_policy = \"never\"\ndefault_permissions = \"p\"\n[permissions.p]\nextends = \":workspace\"\n[permissions.p.network]\nenabled = true\ndomains = {\"a.dev\" = \"allow\"}": "shell allow contained, write allow, search deny",
	} {
		if got := tools(t, config); got != want {
			t.Errorf("%s\n%s, want %s", config, got, want)
		}
	}
}

// tools tells what is left of each tool once all is weighed; a tool without a grant is denied.
func tools(t *testing.T, config string) string {
	t.Helper()
	sys := layertest.Read(t, Loader(), fstest.MapFS{".codex/config.toml": {Data: []byte(config)}})
	policy := &leastagency.Policy{Knowledge: layertest.Known}
	for _, inference := range authority.All() {
		inference.Run(sys, policy)
	}
	if len(sys.Agents) == 0 {
		return ""
	}
	var out []string
	for _, tool := range []struct {
		name string
		can  leastagency.Capability
		by   leastagency.Route
	}{{"shell", leastagency.Execute, leastagency.RouteShell}, {"write", leastagency.WriteFiles, leastagency.RouteFile}, {"search", leastagency.ReadUntrusted, leastagency.RouteFetch}} {
		says := tool.name + " deny"
		for _, g := range sys.Agents[0].Grants {
			if g.Capability == tool.can && g.Route == tool.by && !g.Implied && (tool.name != "search" || g.Reach.Breadth == leastagency.Everything && g.Evidence[0].Text != "the product's own tool requests any URL") {
				says = fmt.Sprintf("%s %v", tool.name, g.Decision)
				if g.Contained {
					says += " contained"
				}
			}
		}
		out = append(out, says)
	}
	return strings.Join(out, ", ")
}
