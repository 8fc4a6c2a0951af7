package agency

import (
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// BroadRead finds pre-approved reads of the home folder, the disk or places where credentials lie.
var BroadRead = leastagency.Check{Rule: "agency/broad-read", Run: func(p *leastagency.Pass) {
	for layer, rule := range each.Allow(p) {
		if rule.Action.Kind != leastagency.ActionRead || rule.Action.Whole() {
			continue
		}
		if what := reads(rule.Effects); what != "" && !casual(rule.Action.Pattern) {
			p.Reportf(rule.At, "%s%s: %s can be read without asking, and end up wherever the session can send text", subject(layer), leastagency.Quote(rule.Text), what)
		}
	}
	for _, layer := range p.Layers {
		for _, dir := range layer.Directories {
			if what := outside(dir.V); what != "" {
				p.Reportf(dir.At, "working folder %s is %s: its files are read without asking", leastagency.Quote(dir.V), what)
			}
		}
	}
}}

// casual reports whether a pattern names a folder in which people and programs lay down what is passing
// through: a desktop, downloads, temporary files.
func casual(pattern string) bool {
	return strings.Contains(pattern, "/Desktop/") || strings.Contains(pattern, "/Downloads/") || strings.HasPrefix(pattern, "//tmp") || strings.HasPrefix(pattern, "//var/folders")
}

// reads says what a read reaches that a project does not hold; empty when it is narrow. A pattern for the
// whole project covers its key files too, but only one that names them means them.
func reads(effects []leastagency.Effect) string {
	for _, e := range effects {
		switch {
		case e.Capability == leastagency.ReadSecret && (e.Confidence == leastagency.Declared || e.Reach.Breadth == leastagency.One):
			return "credentials"
		case e.Capability == leastagency.ReadPrivate && e.Reach.Breadth >= leastagency.Machine:
			return "all of the user's files"
		}
	}
	return ""
}

// stores are folders of a home in which credentials lie.
var stores = []string{".ssh", ".aws", ".gnupg", ".config/gcloud", ".azure", ".kube", ".docker"}

// outside says what a folder beyond the project holds; empty when it is narrow.
func outside(dir string) string {
	clean := strings.TrimRight(strings.ReplaceAll(dir, `\`, "/"), "/")
	switch clean {
	case "", "C:", "c:":
		return "the whole disk"
	case "~", "$HOME", "${HOME}", "/home", "/Users", "/root":
		return "the user's home"
	case "..", "../..", "../../..":
		return "the parent of the project, with all projects beside it"
	}
	for _, prefix := range []string{"/home/", "/Users/", "C:/Users/", "c:/Users/"} {
		if rest, ok := strings.CutPrefix(clean, prefix); ok && !strings.Contains(rest, "/") {
			return "the user's home"
		}
	}
	for _, store := range stores {
		if strings.HasSuffix(clean, "/"+store) || strings.Contains(clean, "/"+store+"/") {
			return "where credentials lie"
		}
	}
	return ""
}
