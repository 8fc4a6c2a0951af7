package credential

import (
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
)

// federated are inputs of actions that take a static key where the same action signs in by the job's identity.
var federated = map[string]string{
	"AWS_SECRET_ACCESS_KEY": "a role that the job assumes by its identity (role-to-assume)",
	"anthropic_api_key":     "the workload identity federation of the action (anthropic_federation_rule_id)",
	"gemini_api_key":        "the workload identity provider of the action (gcp_workload_identity_provider)",
	"google_api_key":        "the workload identity provider of the action (gcp_workload_identity_provider)",
}

// tokens are names of the repository's token in a job. A secret of the owner in its place lives on, and
// the permissions of the job do not bound it.
var tokens = []string{"github_token", "GITHUB_TOKEN", "GH_TOKEN"}

// StaticKey finds keys that work until somebody revokes them, where the service has a form that expires.
var StaticKey = leastagency.Check{Rule: "credential/static-key", Run: func(p *leastagency.Pass) {
	for _, h := range all(p) {
		if h.layer.Kind == leastagency.KindJob && h.server == nil {
			instead := federated[h.Name]
			switch {
			case slices.Contains(tokens, h.Name) && !strings.HasSuffix(h.Reference, "GITHUB_TOKEN"):
				instead = "the job's own token, which its permissions bound, or an app's token made for the run"
			case signsIn(h.layer):
				instead = ""
			}
			if instead != "" && h.Source == leastagency.SourceReference && strings.HasPrefix(h.Reference, "secrets.") {
				p.Reportf(h.At, "%s of %s works until somebody revokes it, and so does every copy; instead: %s", leastagency.Quote(h.Name), h.who(), instead)
			}
			continue
		}
		if strings.HasSuffix(h.Reference, "GITHUB_TOKEN") && h.layer.Kind == leastagency.KindJob {
			continue // of the job, and gone with it
		}
		known := h.known()
		if h.Source != leastagency.SourceReference || known == nil || known.Instead == "" || known.Lifetime != leastagency.Static {
			continue
		}
		p.Reportf(h.At, "%s of %s works until somebody revokes it, and so does every copy; instead: %s", leastagency.Quote(h.Name), h.who(), known.Instead).
			Sure(leastagency.Inferred)
	}
}}

// signsIn reports whether another input of the job's agent names the identity that it signs in by.
func signsIn(layer *leastagency.Layer) bool {
	for _, c := range layer.Credentials {
		if c.Lifetime == leastagency.Federated {
			return true
		}
	}
	return false
}
