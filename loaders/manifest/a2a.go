package manifest

import (
	"path"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/node"
)

// a2a are the cards with which agents tell other agents what they do and how they are reached.
//
// Source: specification/a2a.proto of github.com/a2aproject/A2A, and the JSON of versions 0.2 and 0.3.
func a2a() []format {
	return []format{{product: "a2a", title: "A2A", syntax: credential.None,
		match: func(p string) bool { return ends(p, ".json") },
		marks: []string{`"skills"`},
		is: func(r *reader, root *node.Node) bool {
			named := strings.Contains(strings.ToLower(path.Base(r.File.Path)), "card") || path.Base(r.File.Path) == "agent.json"
			return isCard(root) && (named || root.Get("defaultInputModes").Is(node.List))
		},
		read: (*reader).card,
	}}
}

func isCard(root *node.Node) bool {
	if !root.Get("name").Is(node.String) || !(root.Get("capabilities").Is(node.Map) || root.Get("supportedInterfaces").Is(node.List) || root.Get("url") != nil && root.Get("protocolVersion") != nil) {
		return false
	}
	for _, s := range root.Get("skills").List() {
		if s.Get("id").Is(node.String) && s.Get("name").Is(node.String) {
			return true
		}
	}
	return false
}

// card reads what other agents read, and who may call.
func (r *reader) card(root *node.Node) {
	l := r.titled(root, leastagency.ModeUnknown)
	l.NoToolList = true
	r.Describe(l, root.Get("description"))
	for _, s := range root.Get("skills").List() {
		r.explain(l, s.Get("description"))
	}
	var at *node.Node
	for _, address := range append([]*node.Node{root.Get("url")}, addresses(root.Get("supportedInterfaces"), root.Get("additionalInterfaces"))...) {
		h := host(address.String().V)
		if h == "" || credential.Loopback(h) {
			continue
		}
		r.Endpoint(l, leastagency.SwitchRequest, "url", address)
		if at == nil {
			at = address
		}
	}
	if at != nil && !r.secured(root) {
		l.Triggers = append(l.Triggers, &leastagency.Trigger{At: at.At, Name: "calls of other agents", Unauthenticated: true})
	}
}

func addresses(lists ...*node.Node) []*node.Node {
	var out []*node.Node
	for _, list := range lists {
		for _, item := range list.List() {
			if item.Get("url").Is(node.String) {
				out = append(out, item.Get("url"))
			}
		}
	}
	return out
}

// secured reports whether the card asks callers who they are: by a requirement, or in the words of
// older versions. A scheme that is only described is taken for one that is asked for.
func (r *reader) secured(root *node.Node) bool {
	for _, key := range []string{"securityRequirements", "security"} {
		if len(root.Get(key).List()) > 0 {
			return true
		}
	}
	return len(root.Get("securitySchemes").Each()) > 0 || len(root.Get("authentication", "schemes").List()) > 0
}
