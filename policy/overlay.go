package policy

import (
	"slices"
	"strings"
	"time"

	"cuelang.org/go/cue"
	"github.com/bmatcuk/doublestar/v4"

	"github.com/leastagency/leastagency"
)

// overlay reads the values, and tells what the schema cannot know: rules that do not exist, dates that
// are none, and what may not be weakened. What is of the wrong kind is left out: compare has told it.
func (r *reader) overlay(user cue.Value) *Overlay {
	o := &Overlay{File: r.file, Severities: map[string]leastagency.Severity{}}
	if v := get(user, "failOn"); v.Exists() {
		s, _ := leastagency.ParseSeverity(text(v))
		o.FailOn = leastagency.ValueAt(s, r.place(v))
	}
	each(get(user, "severity"), func(id string, v cue.Value) { r.severity(o, id, v) })
	for _, v := range items(get(user, "ignore")) {
		o.Ignores = append(o.Ignores, r.ignore(v))
	}
	if v := get(user, "inlineIgnores"); v.IncompleteKind() == cue.BoolKind {
		allowed, _ := v.Bool()
		o.NoInline = !allowed
	}
	each(get(user, "servers"), func(id string, v cue.Value) { o.Servers = append(o.Servers, r.server(id, v)) })
	each(get(user, "commands"), func(program string, v cue.Value) { o.Commands = append(o.Commands, r.commands(program, v)...) })
	each(get(user, "combinations"), func(name string, v cue.Value) { o.Combinations = append(o.Combinations, r.combination(name, v)) })
	if agents := get(user, "agents"); agents.IncompleteKind() == cue.StructKind {
		o.Declarations = []leastagency.Declaration{}
		each(agents, func(id string, v cue.Value) { o.Declarations = append(o.Declarations, r.declaration(id, v)) })
	}
	return o
}

// rule returns the rule of an id, or tells that there is none.
func (r *reader) rule(id string, at leastagency.Span) *leastagency.RuleInfo {
	if rule := r.base.Rule(id); rule != nil {
		return rule
	}
	var ids []string
	for i := range r.base.Rules {
		ids = append(ids, r.base.Rules[i].ID)
	}
	hint := meant(id, ids)
	if hint == "" {
		hint = ": 'leastagency rules' lists them"
	}
	r.wrong(at, "unknown rule %s%s", leastagency.Quote(id), hint)
	return nil
}

func (r *reader) severity(o *Overlay, id string, v cue.Value) {
	rule := r.rule(id, r.place(v))
	s, ok := leastagency.ParseSeverity(text(v))
	if rule == nil || !ok {
		return
	}
	if rule.Fixed && s < rule.Severity {
		r.wrong(r.place(v), "%s is fixed at %s: no policy lowers it", id, rule.Severity)
		return
	}
	o.Severities[id] = s
}

func (r *reader) ignore(v cue.Value) *leastagency.Ignore {
	i := &leastagency.Ignore{Rule: text(get(v, "rule")), Path: text(get(v, "path")), Reason: strings.TrimSpace(text(get(v, "reason"))), At: r.place(get(v, "rule"))}
	if given(v, "rule") {
		if rule := r.rule(i.Rule, i.At); rule != nil && rule.Fixed {
			r.wrong(i.At, "%s is fixed: no policy ignores it", i.Rule)
		}
	}
	if given(v, "path") && (i.Path == "" || !doublestar.ValidatePattern(i.Path) || strings.HasPrefix(i.Path, "/") || strings.Contains(i.Path, `\`)) {
		r.wrong(r.place(get(v, "path")), "path: %s is no glob relative to the root", leastagency.Quote(i.Path))
	}
	if given(v, "reason") && i.Reason == "" {
		r.wrong(r.place(get(v, "reason")), "reason: say why the finding is accepted")
	}
	if given(v, "expires") {
		day, err := time.Parse(time.DateOnly, text(get(v, "expires")))
		if err != nil {
			r.wrong(r.place(get(v, "expires")), "expires: %s is no day, want one as 2026-12-31", leastagency.Quote(text(get(v, "expires"))))
		}
		i.Expires = day
	}
	return i
}

func (r *reader) server(id string, v cue.Value) leastagency.KnownServer {
	s := leastagency.KnownServer{ID: id, Title: id}
	for _, known := range r.base.Knowledge.Servers {
		if strings.EqualFold(known.ID, id) {
			r.wrong(r.place(v), "server %s is built in: a policy adds servers and replaces none", leastagency.Quote(id))
		}
	}
	for _, m := range items(get(v, "match")) {
		match := text(m)
		ecosystem, name, _ := strings.Cut(match, ":")
		if name == "" || !slices.Contains([]string{"npm", "pypi", "image", "url", "bin", "git", "go", "module"}, ecosystem) {
			r.wrong(r.place(m), "match: %s names no package, image, URL or program, as npm:@example/server or url:mcp.example.com/path does", leastagency.Quote(match))
			continue
		}
		if known := r.covers(match); known != "" {
			r.wrong(r.place(m), "match: %s is known as %s: a policy adds servers and replaces none", leastagency.Quote(match), known)
			continue
		}
		if ecosystem == "bin" && r.starts(name) {
			r.wrong(r.place(m), "match: %s starts servers of other names too: name the package, URL or script", leastagency.Quote(match))
			continue
		}
		s.Match = append(s.Match, match)
	}
	for _, t := range items(get(v, "tools")) {
		s.Tools = append(s.Tools, leastagency.KnownTools{Names: texts(get(t, "names")), Can: capabilities(get(t, "can")), Breadth: breadth(get(t, "breadth")), Why: text(get(t, "why"))})
	}
	return s
}

// starts reports whether a program is one of common use, or a built-in server's: to know it as one's own
// would hide what stands behind it.
func (r *reader) starts(program string) bool {
	return slices.ContainsFunc(r.base.Knowledge.Commands, func(c leastagency.KnownCommand) bool { return c.Program == program }) ||
		slices.ContainsFunc(r.base.Knowledge.Servers, func(s leastagency.KnownServer) bool {
			return slices.ContainsFunc(s.Match, func(m string) bool { return m[strings.LastIndexAny(m, ":/")+1:] == program })
		})
}

// covers returns the built-in server that a name stands for already, or whose URL it lies below.
func (r *reader) covers(match string) string {
	match = spelled(match)
	for _, known := range r.base.Knowledge.Servers {
		for _, m := range known.Match {
			m = spelled(m)
			if match == m || strings.HasPrefix(m, "url:") && strings.HasPrefix(match, strings.TrimSuffix(m, "/")+"/") {
				return known.ID
			}
		}
	}
	return ""
}

// spelled returns a name as its registry compares it, at its coarsest.
func spelled(match string) string {
	return strings.NewReplacer("_", "-", ".", "-").Replace(strings.ToLower(strings.TrimSuffix(match, "/")))
}

func (r *reader) commands(program string, v cue.Value) (out []leastagency.KnownCommand) {
	for _, c := range items(v) {
		runner, _ := get(c, "runner").Bool()
		out = append(out, leastagency.KnownCommand{Program: program, Sub: texts(get(c, "sub")), Flags: texts(get(c, "flags")), Unless: texts(get(c, "unless")), Can: capabilities(get(c, "can")),
			Breadth: breadth(get(c, "breadth")), Runner: runner, Why: text(get(c, "why"))})
	}
	return out
}

func (r *reader) combination(name string, v cue.Value) Combination {
	if r.base.Rule("combination/"+name) != nil || slices.ContainsFunc(r.base.Combinations, func(c leastagency.Combination) bool { return c.Name == name }) {
		r.wrong(r.place(v), "combination %s is built in: a policy adds combinations and replaces none", leastagency.Quote(name))
	}
	if name == "" || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz-") != "" {
		r.wrong(r.place(v), "combination %s: want a name of small letters and dashes", leastagency.Quote(name))
	}
	s, _ := leastagency.ParseSeverity(text(get(v, "severity")))
	c := Combination{Combination: leastagency.Combination{Name: name}, Title: text(get(v, "title")), Severity: s}
	for _, leg := range items(get(v, "legs")) {
		any := capabilities(get(leg, "any"))
		if len(any) == 0 && given(leg, "any") {
			r.wrong(r.place(get(leg, "any")), "any: a leg without capabilities is never held")
		}
		c.Legs = append(c.Legs, leastagency.Leg{Role: text(get(leg, "role")), Any: any})
	}
	if given(v, "legs") && len(c.Legs) < 2 {
		r.wrong(r.place(get(v, "legs")), "legs: a combination has two at least")
	}
	return c
}

func (r *reader) declaration(id string, v cue.Value) leastagency.Declaration {
	d := leastagency.Declaration{Agent: id, At: r.place(v)}
	if list := get(v, "capabilities"); list.Exists() {
		d.Capabilities = leastagency.ValueAt([]leastagency.Allowance{}, r.place(list))
		each(list, func(name string, v cue.Value) {
			c, ok := parse1[leastagency.Capability](name)
			if !ok {
				all := names[leastagency.Capability]()
				r.wrong(r.place(v), "capabilities: got %s, want one of %s%s", leastagency.Quote(name), strings.Join(all, ", "), meant(name, all))
			}
			use, _ := leastagency.ParseUse(text(v))
			d.Capabilities.V = append(d.Capabilities.V, leastagency.Allowance{Capability: c, Use: use, At: r.place(v)})
		})
	}
	d.Servers, d.Hosts = r.list(get(v, "servers")), r.list(get(v, "hosts"))
	if score := get(v, "score"); score.Exists() {
		n, err := score.Int64()
		if err == nil && (n < 0 || n > 100) {
			r.wrong(r.place(score), "score: got %d, want 0 to 100", n)
		}
		d.Score = leastagency.ValueAt(int(n), r.place(score))
	}
	for _, c := range items(get(v, "controls")) {
		kind, _ := parse1[leastagency.BoundaryKind](text(c))
		d.Controls = append(d.Controls, leastagency.ValueAt(kind, r.place(c)))
	}
	return d
}

func (r *reader) list(v cue.Value) (out leastagency.Value[[]leastagency.Value[string]]) {
	if !v.Exists() {
		return out
	}
	out = leastagency.ValueAt([]leastagency.Value[string]{}, r.place(v))
	for _, item := range items(v) {
		out.V = append(out.V, leastagency.ValueAt(text(item), r.place(item)))
	}
	return out
}

func get(v cue.Value, name string) cue.Value {
	if v.IncompleteKind() != cue.StructKind {
		return cue.Value{}
	}
	return v.LookupPath(cue.MakePath(cue.Str(name)))
}

// given reports whether a key is there with a value of its kind, so that nothing has been told of it yet.
func given(v cue.Value, name string) bool {
	kind := cue.StringKind
	if name == "legs" || name == "any" {
		kind = cue.ListKind
	}
	return get(v, name).IncompleteKind() == kind
}

func text(v cue.Value) string {
	if !v.Exists() {
		return ""
	}
	s, _ := v.String()
	return s
}

func items(v cue.Value) (out []cue.Value) {
	if v.IncompleteKind() != cue.ListKind {
		return nil
	}
	for list, _ := v.List(); list.Next(); {
		out = append(out, list.Value())
	}
	return out
}

func texts(v cue.Value) (out []string) {
	for _, item := range items(v) {
		out = append(out, text(item))
	}
	return out
}

func each(v cue.Value, do func(name string, v cue.Value)) {
	if v.IncompleteKind() != cue.StructKind {
		return
	}
	for fields, _ := v.Fields(); fields.Next(); {
		do(fields.Selector().Unquoted(), fields.Value())
	}
}

func capabilities(v cue.Value) (out []leastagency.Capability) {
	for _, name := range texts(v) {
		if c, ok := parse1[leastagency.Capability](name); ok {
			out = append(out, c)
		}
	}
	return out
}

func breadth(v cue.Value) leastagency.Breadth {
	b, _ := parse1[leastagency.Breadth](text(v))
	return b
}

// An enumeration is a type of the model that prints by name; its zero value is unknown.
type enumeration interface {
	~uint8
	String() string
}

func names[T enumeration]() (out []string) {
	for v := T(1); v.String() != T(0).String(); v++ {
		out = append(out, v.String())
	}
	return out
}

func parse1[T enumeration](name string) (T, bool) {
	i := slices.Index(names[T](), name)
	return T(i + 1), i >= 0
}
