package gitlab

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/internal/lazy"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/place"
)

var (
	sources = lazy.Compile(`\$\{?CI_PIPELINE_SOURCE\}?\s*==\s*["']([a-z_]+)["']`)
	periods = lazy.Compile(`(\d+)\s*(h|m|s)`)
)

// hour is how long a job may run where neither it nor its project says otherwise.
const hour = 3600

// limits reads the time that a job may take: "90 minutes", "1h 30m".
func (r *reader) limits(l *leastagency.Layer, m node.Member) {
	l.Limits.Seconds, l.Limits.Implied = leastagency.ValueAt(hour, m.At), true
	if r.get(m.Value, "timeout", 0) == nil {
		return
	}
	timeout := r.get(m.Value, "timeout", 0).Scalar()
	seconds := 0
	for _, p := range periods.Get().FindAllStringSubmatch(timeout.V, 8) {
		if n, err := strconv.Atoi(p[1]); err == nil && n < 1<<20 {
			seconds += n * map[string]int{"h": 3600, "m": 60, "s": 1}[p[2]]
		}
	}
	if seconds > 0 {
		l.Limits.Seconds, l.Limits.Implied = leastagency.ValueAt(seconds, timeout.At), false
	}
}

// triggers reads which pipelines hold a job, by its rules, or by those of the whole file. A pipeline for a
// fork's merge request runs in the fork: with its variables and its token, not with those of the project.
func (r *reader) triggers(m node.Member) []*leastagency.Trigger {
	var out []*leastagency.Trigger
	add := func(at leastagency.Span, name string, manual *node.Node) {
		name = sourceOf(name)
		if slices.ContainsFunc(out, func(t *leastagency.Trigger) bool { return t.Name == name }) {
			return
		}
		t := &leastagency.Trigger{At: at, Name: name}
		switch name {
		case "merge_request_event", "external_pull_request_event":
			t.Public, t.Powerless, t.Text = true, true, "the merge request"
		case "trigger", "api", "pipeline":
			t.Text = "what whoever calls it hands over"
		}
		if manual != nil {
			t.Gates = append(t.Gates, &leastagency.Gate{At: manual.At, Text: "a person who may run pipelines starts the job by hand", Holds: true})
		}
		out = append(out, t)
	}
	when := func(n *node.Node) *node.Node {
		if w := n.Get("when"); w.String().V == "manual" {
			return w
		}
		return nil
	}
	rules := r.get(m.Value, "rules", 0)
	for _, list := range []*node.Node{rules, r.root.Get("workflow", "rules")} {
		for _, rule := range list.List() {
			text := place.TextOf(rule.Get("if"))
			if rule.Get("when").String().V == "never" {
				continue
			}
			for _, s := range sources.Get().FindAllStringSubmatchIndex(text.Text, 16) {
				add(text.Part(s[0], s[1]), text.Text[s[2]:s[3]], cmp.Or(when(rule), when(m.Value)))
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	only := r.get(m.Value, "only", 0)
	if refs := only.Get("refs"); refs != nil {
		only = refs
	}
	for _, ref := range append(only.Strings(), only.String()) {
		if ref.Set {
			add(ref.At, ref.V, when(m.Value))
		}
	}
	if len(out) == 0 {
		add(m.At, "push", when(m.Value))
	}
	return out
}

// sourceOf is the source of a pipeline that "only" names in another way than rules.
func sourceOf(name string) string {
	switch name {
	case "merge_requests":
		return "merge_request_event"
	case "pushes":
		return "push"
	case "schedules", "triggers", "pipelines":
		return strings.TrimSuffix(name, "s")
	}
	return name
}

var (
	// brought are variables in which the platform, or whoever starts the pipeline for a comment, hands over what people wrote.
	brought = lazy.Compile(`\$\{?(CI_MERGE_REQUEST_(?:TITLE|DESCRIPTION)|CI_COMMIT_(?:MESSAGE|DESCRIPTION|TITLE)|CI_EXTERNAL_PULL_REQUEST_[A-Z_]*BRANCH_NAME|AI_FLOW_(?:INPUT|CONTEXT))\b`)
	fetched = lazy.Compile(`\bglab (?:issue|mr) (?:view|list|note list|diff)\b|/(?:issues|merge_requests)/[^\s"']*(?:notes|discussions)\b`)
)

// inputs reads what of the platform reaches the model: pasted into a script that starts it, or fetched there.
func inputs(l *leastagency.Layer, script place.Text) {
	add := func(kind leastagency.InputKind, start, end int, name string) {
		if slices.ContainsFunc(l.Inputs, func(in *leastagency.Input) bool { return in.Name == name }) || comment(script.Text, start) {
			return
		}
		l.Inputs = append(l.Inputs, &leastagency.Input{Kind: kind, At: script.Part(start, end), Name: name, Untrusted: true})
	}
	for _, m := range brought.Get().FindAllStringSubmatchIndex(script.Text, 64) {
		line := script.Text[strings.LastIndexByte(script.Text[:m[0]], '\n')+1 : m[0]]
		if !strings.HasPrefix(strings.TrimSpace(line), "echo ") {
			add(leastagency.InputPrompt, m[0], m[1], script.Text[m[2]:m[3]])
		}
	}
	for _, m := range fetched.Get().FindAllStringIndex(script.Text, 64) {
		add(leastagency.InputFetched, m[0], m[1], script.Text[m[0]:m[1]])
	}
}

// comment reports whether a place is in a line that a shell does not read.
func comment(script string, at int) bool {
	return strings.HasPrefix(strings.TrimSpace(script[strings.LastIndexByte(script[:at], '\n')+1:]), "#")
}
