package supplychain

import (
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
)

// homesOf are well-known packages that exist under this name in one registry only; the same name in the
// other registry is somebody else's.
var homesOf = map[string]string{
	"mcp-server-git": "pypi", "mcp-server-fetch": "pypi", "mcp-server-time": "pypi", "mcp-server-sqlite": "pypi",
	"mcp-remote": "npm", "mcp-proxy": "", "supergateway": "npm",
}

// scopes are well-known owners in the npm registry.
var scopes = []string{"@modelcontextprotocol", "@anthropic-ai", "@playwright", "@upstash", "@supabase", "@sentry", "@notionhq", "@cloudflare", "@microsoft", "@azure", "@github", "@openai", "@google", "@stripe", "@brightdata", "@21st-dev", "@browsermcp", "@executeautomation"}

// Below these lengths two names, or two words in them, are near each other by chance.
const (
	shortest = 9
	word     = 6
)

// LookalikePackage finds packages whose name is a slip of the finger away from a well-known one.
var LookalikePackage = leastagency.Check{Rule: "supplychain/lookalike-package", Run: func(p *leastagency.Pass) {
	known := knownPackages(p.Policy.Knowledge)
	for f := range fetches(p) {
		if f.Ecosystem != "npm" && f.Ecosystem != "pypi" {
			continue
		}
		if like := lookalike(f.Ecosystem, f.Name, known); like != "" {
			p.Reportf(f.At, "%s runs %s, which is not %s but looks like it: anybody may have published it", f.Who, leastagency.Quote(f.Ecosystem+":"+f.Name), leastagency.Quote(like)).
				Sure(leastagency.Inferred)
		}
	}
}}

// knownPackages returns the packages of the servers that we know, as "npm:name" or "pypi:name".
func knownPackages(k *leastagency.Knowledge) []string {
	var out []string
	for _, s := range k.Servers {
		for _, match := range s.Match {
			if strings.HasPrefix(match, "npm:") || strings.HasPrefix(match, "pypi:") {
				out = append(out, match)
			}
		}
	}
	return out
}

func lookalike(ecosystem, name string, known []string) string {
	if slices.Contains(known, ecosystem+":"+name) {
		return ""
	}
	if home := homesOf[name]; home != "" && home != ecosystem {
		return home + ":" + name
	}
	scope, _, scoped := strings.Cut(name, "/")
	if scoped && !slices.Contains(scopes, scope) {
		for _, s := range scopes {
			if len(s) >= shortest && distance(scope, s) == 1 {
				return s
			}
		}
	}
	for _, match := range known {
		kind, other, _ := strings.Cut(match, ":")
		otherScope, _, otherScoped := strings.Cut(other, "/")
		if kind == ecosystem && scoped == otherScoped && (!scoped || scope == otherScope && !slices.Contains(scopes, scope)) &&
			slip(name, other) {
			return match
		}
	}
	return ""
}

// slip reports whether two names are one slip of the finger apart, in a word that is long enough for it
// to be one: mysql and mssql are two databases.
func slip(a, b string) bool {
	isBreak := func(r rune) bool { return strings.ContainsRune("-_./@", r) }
	wordsA, wordsB := strings.FieldsFunc(a, isBreak), strings.FieldsFunc(b, isBreak)
	if distance(a, b) != 1 || len(wordsA) != len(wordsB) {
		return false
	}
	for i := range wordsA {
		if wordsA[i] != wordsB[i] && max(len(wordsA[i]), len(wordsB[i])) < word {
			return false
		}
	}
	return len(a) >= shortest
}

// distance is how many letters must be inserted, left out, replaced or swapped with their neighbour to
// turn a into b. It stops counting at 2.
func distance(a, b string) int {
	if d := len(a) - len(b); d > 1 || d < -1 {
		return 2
	}
	for i := range min(len(a), len(b)) {
		if a[i] == b[i] {
			continue
		}
		switch {
		case a[i+1:] == b[i+1:], len(a) > len(b) && a[i+1:] == b[i:], len(a) < len(b) && a[i:] == b[i+1:]:
			return 1
		case i+1 < len(a) && i+1 < len(b) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]:
			return 1
		}
		return 2
	}
	return max(len(a), len(b)) - min(len(a), len(b))
}
