package codex

import (
	"slices"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/reading"
)

// requirementKeys are the keys of requirements.toml.
var requirementKeys = []string{"allowed_approval_policies", "allowed_approvals_reviewers", "allowed_sandbox_modes", "default_permissions", "allowed_permissions",
	"allowed_permission_profiles", "remote_sandbox_config", "allowed_web_search_modes", "allow_managed_hooks_only", "hooks", "mcp_servers", "plugins", "apps", "rules",
	"features", "feature_requirements", "computer_use", "enforce_residency", "experimental_network", "permissions", "guardian_policy_config", "marketplaces", "otel",
	"models", "windows", "allow_appshots", "allow_remote_control", "forced_login_method"}

// requirements reads requirements.toml: what nobody on the machine can override.
func (r *reader) requirements() {
	root := r.toml()
	if root == nil {
		return
	}
	l := r.layer(leastagency.KindSession, "", r.File.Whole())
	harden := func(m *node.Member) {
		if m != nil {
			l.Switches = append(l.Switches, &leastagency.Switch{Kind: leastagency.SwitchHardening, Name: m.Key, At: m.At})
		}
	}
	for _, line := range []struct{ key, worst string }{{"allowed_approval_policies", "never"}, {"allowed_sandbox_modes", "danger-full-access"}, {"allowed_web_search_modes", "live"}, {"allowed_approvals_reviewers", "auto_review"}} {
		m := root.Member(line.key)
		if m != nil && r.Typed(m.Value, line.key, node.List) && !slices.ContainsFunc(m.Value.Strings(), func(v leastagency.Value[string]) bool { return v.V == line.worst }) {
			harden(m)
		}
	}
	for _, key := range []string{"mcp_servers", "allowed_permission_profiles", "allowed_permissions"} { // lists of what is allowed
		harden(root.Member(key))
	}
	if only := root.Member("allow_managed_hooks_only"); only != nil && leastagency.Is(r.Bool(only.Value, only.Key), true) {
		harden(only)
	}
	if hidden := root.Get("permissions", "filesystem", "deny_read"); hidden != nil {
		l.Sandbox = &leastagency.Sandbox{At: hidden.At, Unreadable: r.Strings(hidden, "permissions.filesystem.deny_read")}
	}
	r.requiredRules(l, root.Get("rules", "prefix_rules"))
	r.hooks(l, root.Member("hooks"))
	r.features(l, root.Get("features"))
	for _, m := range root.Each() {
		if !slices.Contains(requirementKeys, m.Key) {
			r.Problem(m.At, leastagency.ProblemUnknownKey, "Codex knows no requirement %s, so it protects nothing%s", leastagency.Quote(m.Key), reading.Meant(m.Key, requirementKeys))
		}
	}
}
