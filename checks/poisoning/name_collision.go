package poisoning

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/leastagency/leastagency"
)

// NameCollision finds names of one session that stand for two things: servers that are called the
// same, or look the same, and start differently; tools that two servers offer under one name.
var NameCollision = leastagency.Check{Rule: "poisoning/name-collision", Run: func(p *leastagency.Pass) {
	for _, a := range p.Agents {
		if a.Parent != nil {
			continue
		}
		servers := map[string]*leastagency.Server{}
		tools := map[string]*leastagency.Server{}
		for _, layer := range a.Layers {
			for _, s := range layer.Servers {
				if s.Disabled {
					continue
				}
				if mixed(s.Name) {
					p.Reportf(s.At, "server name %s mixes alphabets, so that it looks like another name", strconv.QuoteToASCII(s.Name))
				}
				key := look(s.Name)
				if other := servers[key]; other == nil {
					servers[key] = s
				} else if start(other) != start(s) {
					p.Reportf(s.At, "server %s is also the name of another server, started differently: what was approved by name may be the other one", leastagency.Quote(s.Name)).
						Because(other.At, "server %s", leastagency.Quote(other.Name))
				}
				for _, tool := range s.Tools {
					if other := tools[tool.Name]; other != nil && other != s && other.Name != s.Name {
						p.Reportf(tool.At, "tool %s is offered by servers %s and %s: the model may call the wrong one", leastagency.Quote(tool.Name), leastagency.Quote(other.Name), leastagency.Quote(s.Name)).
							Because(other.At, "the other server")
					}
					tools[tool.Name] = s
				}
			}
		}
	}
}}

// look returns a name as a hasty reader sees it.
func look(name string) string {
	return strings.NewReplacer("-", "", "_", "", " ", "", "0", "o", "1", "l", "rn", "m").Replace(strings.ToLower(name))
}

// start says how a server is started or reached, for comparison.
func start(s *leastagency.Server) string {
	if s.Command != nil {
		return s.Command.Text
	}
	return s.URL.V
}

// mixed reports whether a name has letters of the Latin alphabet beside Cyrillic or Greek ones.
func mixed(name string) bool {
	latin := strings.ContainsFunc(name, func(r rune) bool { return unicode.Is(unicode.Latin, r) })
	return latin && strings.ContainsFunc(name, func(r rune) bool { return unicode.In(r, unicode.Cyrillic, unicode.Greek) })
}
