package authority

import (
	"regexp"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/leastagency/leastagency"
)

// A Verdict says what happens when an agent makes a call, and what decides it.
type Verdict struct {
	Decision leastagency.Decision
	By       Ground
	At       leastagency.Span  // of what decides; zero when the product decides so by itself
	Rule     *leastagency.Rule // nil unless a rule decides
	Why      string            // a sentence without names from files
	Call     leastagency.Call
}

// A Ground is what sort of thing decides.
type Ground uint8

const (
	ByProduct Ground = iota // what the product does by itself
	ByRule
	ByMode
	BySandbox
	ByServer // what the entry of a server says of its tools
	ByTools  // a tool list
)

func (g Ground) String() string {
	return [...]string{"product", "rule", "mode", "sandbox", "server", "tools"}[g]
}

// Decide returns what happens when an agent makes a call, by the rules in the order that its product
// weighs them, then the servers' own lists, the sandbox and the mode. Hooks are not judged.
func Decide(a *leastagency.Agent, call leastagency.Call) Verdict {
	d := decider{agent: a, call: call}
	v := d.decide()
	v.Call = call
	return v
}

// DecideAll returns what happens when an agent makes calls that belong together, the verdict on each,
// and the first that is as strict as the whole. What is left to a model is stricter than a yes.
func DecideAll(a *leastagency.Agent, calls []leastagency.Call) (whole Verdict, each []Verdict) {
	outside := slices.ContainsFunc(calls, func(c leastagency.Call) bool { return left(a, c) })
	for _, call := range calls {
		d := decider{agent: a, call: call, outside: outside}
		v := d.decide()
		v.Call = call
		each = append(each, v)
		s, most := strictness(v.Decision), strictness(whole.Decision)
		if len(each) == 1 || s > most || s == most && whole.At.IsZero() && !v.At.IsZero() && !call.Refused { // what stands somewhere says more
			whole = v
		}
	}
	return whole, each
}

func strictness(d leastagency.Decision) int {
	return [...]int{leastagency.DecisionUnknown: 1, leastagency.Allow: 0, leastagency.Ask: 2, leastagency.Deny: 3}[d]
}

type decider struct {
	agent   *leastagency.Agent
	call    leastagency.Call
	outside bool // the line leaves the sandbox
}

func (d *decider) decide() Verdict {
	if !d.call.Refused {
		if v, out := d.withheld(); out {
			return v
		}
	}
	rule, unsure := d.rule()
	switch {
	case d.call.Refused && (rule == nil || rule.Decision == leastagency.Allow):
		return Verdict{Decision: leastagency.Allow, Why: "nothing keeps the command from the file"}
	case rule != nil && rule.Decision == leastagency.Deny:
		return d.by(rule, leastagency.Deny, "a rule denies it")
	case unsure != nil && (rule == nil || rule.Decision != leastagency.Ask):
		return Verdict{Decision: leastagency.DecisionUnknown, By: ByRule, At: unsure.At, Rule: unsure, Why: "the pattern of this rule cannot be compared here"}
	case rule != nil && rule.Decision == leastagency.Ask:
		return d.asked(d.by(rule, leastagency.Ask, "a rule asks for it"))
	case d.agent.Mode.V == leastagency.ModePlan && d.call.Action.Kind == leastagency.ActionWrite:
		return d.byMode(leastagency.Deny, "while it plans, nothing is changed")
	case rule != nil:
		return d.by(rule, leastagency.Allow, "a rule allows it")
	}
	return d.unruled()
}

// by is the verdict of a rule.
func (d *decider) by(r *leastagency.Rule, decision leastagency.Decision, why string) Verdict {
	return Verdict{Decision: decision, By: ByRule, At: r.At, Rule: r, Why: why}
}

// byMode is the verdict of the mode, at the place that states it.
func (d *decider) byMode(decision leastagency.Decision, why string) Verdict {
	v := Verdict{Decision: decision, By: ByMode, Why: why}
	if d.agent.Mode.Set {
		v.At = d.agent.Mode.At
	}
	return v
}

// asked turns a question into a refusal where the mode asks nobody and allows nothing.
func (d *decider) asked(v Verdict) Verdict {
	if d.agent.Mode.V == leastagency.ModeDenyRest {
		return d.byMode(leastagency.Deny, "the mode denies what would be asked for")
	}
	return v
}

// withheld tells whether the tool is not there at all.
func (d *decider) withheld() (Verdict, bool) {
	a, action := d.agent, d.call.Action
	if a.Kind == leastagency.KindSubagent || a.Kind == leastagency.KindManifest {
		if own := a.Layers[0]; own.ToolsSet && !slices.ContainsFunc(own.Tools, func(t *leastagency.Rule) bool {
			return t.Decision == leastagency.Allow && d.named(t) && offersTool(t.Action, action)
		}) {
			v := Verdict{Decision: leastagency.Deny, By: ByTools, At: own.At, Why: "its tool list does not hold the tool"}
			if len(own.Tools) > 0 {
				v.At = own.Tools[0].At
			}
			return v, true
		}
	}
	s := d.server()
	if s == nil || action.Tool == "" {
		return Verdict{}, false
	}
	for _, v := range s.Excluded {
		if glob(v.V, action.Tool) {
			return Verdict{Decision: leastagency.Deny, By: ByServer, At: v.At, Why: "the server's entry withholds the tool"}, true
		}
	}
	if len(s.Included) > 0 && !slices.ContainsFunc(s.Included, func(v leastagency.Value[string]) bool { return glob(v.V, action.Tool) }) {
		return Verdict{Decision: leastagency.Deny, By: ByServer, At: s.Included[0].At, Why: "the server's entry lists other tools only"}, true
	}
	return Verdict{}, false
}

// offersTool reports whether an entry of a tool list offers what a call needs. What narrows the entry
// is a matter of rules.
func offersTool(entry, call leastagency.Action) bool {
	if entry.Kind == leastagency.ActionAny {
		return true
	}
	return entry.Kind == call.Kind && (entry.Kind != leastagency.ActionServer || sameServer(entry.Server, call.Server) && (entry.Tool == "" || call.Tool == "" || glob(entry.Tool, call.Tool)))
}

// server returns the server that the call goes to; nil when none of its name is configured.
func (d *decider) server() *leastagency.Server {
	if d.call.Action.Kind != leastagency.ActionServer {
		return nil
	}
	for _, s := range d.agent.Servers {
		if sameServer(s.Name, d.call.Action.Server) {
			return s
		}
	}
	return nil
}

// sameServer compares names as products do that write them into the names of tools.
func sameServer(pattern, name string) bool {
	return glob(pattern, name) || glob(toolName(pattern), toolName(name))
}

func toolName(server string) string {
	return strings.Map(func(r rune) rune {
		if r == '*' || r == '-' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '_'
	}, server)
}

// rule returns the rule that counts for the call, nil when none meets it, and the first that may
// count and cannot be compared.
func (d *decider) rule() (best, unsure *leastagency.Rule) {
	for _, r := range d.agent.Rules {
		if r.Decision == leastagency.DecisionUnknown || !d.named(r) || d.skipped(r) {
			continue
		}
		met, sure := d.meets(r)
		switch {
		case !sure && unsure == nil:
			unsure = r
		case !met:
		case best == nil || outweighs(d.agent.Order, r, best):
			best = r
		}
	}
	return best, unsure
}

// named reports whether a rule is one about the tool that is called.
func (d *decider) named(r *leastagency.Rule) bool {
	return r.Action.Name == "" || len(d.call.Names) == 0 || slices.Contains(d.call.Names, r.Action.Name)
}

// skipped reports whether the product does not consult the rule for this call.
func (d *decider) skipped(r *leastagency.Rule) bool {
	pattern := r.Action.Pattern
	switch {
	case d.call.Refused:
		return pattern == "" || r.Action.Kind == leastagency.ActionAny
	case r.Decision == leastagency.Allow && d.call.Guarded != "":
		return true
	case r.Decision == leastagency.Allow && d.call.Exact:
		return pattern != "" && (r.Action.Open || strings.Contains(pattern, "*"))
	case r.Decision == leastagency.Ask && d.sandboxed() && d.agent.Mode.V != leastagency.ModePlan:
		return r.Action.Kind == leastagency.ActionShell && pattern == "" && !r.Implied
	}
	return false
}

// sandboxed reports whether the call is a command that runs inside the sandbox without asking.
func (d *decider) sandboxed() bool {
	s := d.agent.Sandbox
	return d.call.Action.Kind == leastagency.ActionShell && s != nil && leastagency.Is(s.Enabled, true) && !leastagency.Is(s.AutoAllow, false) && !d.outside && !left(d.agent, d.call)
}

// left reports whether a command is one that runs outside of the sandbox.
func left(a *leastagency.Agent, call leastagency.Call) bool {
	if a.Sandbox == nil || call.Action.Kind != leastagency.ActionShell {
		return false
	}
	d := decider{agent: a, call: call}
	return slices.ContainsFunc(a.Sandbox.Excluded, func(r *leastagency.Rule) bool {
		met, _ := d.meets(r)
		return met && r.Inert == ""
	})
}

// unruled decides what no rule speaks of.
func (d *decider) unruled() Verdict {
	a, c := d.agent, d.call
	if v, decided := d.serverSays(); decided {
		return v
	}
	quiet := c.Harmless || c.Inside && c.Action.Kind == leastagency.ActionRead || c.Action.Kind == leastagency.ActionRead && c.Action.Pattern == "" ||
		c.Action.Kind == leastagency.ActionSpawn || c.Action.Kind == leastagency.ActionOther
	edit := c.Edit && (c.Inside || c.Action.Kind == leastagency.ActionShell) && c.Guarded == ""
	ask := func(why string) Verdict {
		if c.Guarded != "" {
			why = c.Guarded
		}
		return d.byMode(leastagency.Ask, why)
	}
	switch {
	case c.Critical:
		return d.asked(ask(c.Guarded))
	case c.Fallback != leastagency.DecisionUnknown:
		return Verdict{Decision: c.Fallback, Why: "the product decides so where no rule speaks of it"}
	case d.sandboxed():
		return Verdict{Decision: leastagency.Allow, By: BySandbox, At: a.Sandbox.Enabled.At, Why: "it runs inside the sandbox, where nobody is asked"}
	}
	switch {
	case a.Kind == leastagency.KindManifest:
		return d.byMode(byFramework(a), "no rule speaks of it, so its framework decides")
	case a.Mode.V == leastagency.ModeUnknown && !slices.Contains(products, a.Product):
		return Verdict{Why: "no rule speaks of it, and what its client does then is not known"}
	}
	switch a.Mode.V {
	case leastagency.ModeBypass:
		return d.byMode(leastagency.Allow, "the mode asks nobody")
	case leastagency.ModeAcceptEdits:
		if edit {
			return d.byMode(leastagency.Allow, "the mode lets edits in the working folder pass")
		}
	case leastagency.ModeContained:
		if edit {
			return d.byMode(leastagency.Allow, "the sandbox lets edits in the working folder pass")
		}
		if !quiet {
			return d.byMode(leastagency.Deny, "the mode refuses what would be asked for")
		}
	case leastagency.ModePlan:
		if c.Action.Kind == leastagency.ActionWrite {
			return d.byMode(leastagency.Deny, "while it plans, nothing is changed")
		}
	case leastagency.ModeClassifier:
		switch {
		case edit:
			return d.byMode(leastagency.Allow, "edits in the working folder pass")
		case !quiet:
			return d.byMode(leastagency.DecisionUnknown, "a model decides")
		}
	case leastagency.ModeDenyRest:
		if !quiet {
			return d.byMode(leastagency.Deny, "what no rule allows is denied")
		}
	}
	if quiet {
		return Verdict{Decision: leastagency.Allow, Why: "the product asks for it in no mode"}
	}
	return ask("no rule speaks of it, so a person is asked")
}

// serverSays decides by what the entry of the called server says of its tools.
func (d *decider) serverSays() (Verdict, bool) {
	s := d.server()
	if s == nil {
		return Verdict{}, false
	}
	for _, v := range s.AutoApproved {
		if v.V == "*" || d.call.Action.Tool != "" && glob(v.V, d.call.Action.Tool) {
			return Verdict{Decision: leastagency.Allow, By: ByServer, At: v.At, Why: "the server's entry approves the tool"}, true
		}
	}
	if leastagency.Is(s.Trusted, true) {
		return Verdict{Decision: leastagency.Allow, By: ByServer, At: s.Trusted.At, Why: "the server is trusted, so that nobody is asked for its tools"}, true
	}
	return Verdict{}, false
}

// meets reports whether a rule speaks of the call. It is not sure about a pattern that cannot be read.
func (d *decider) meets(r *leastagency.Rule) (met, sure bool) {
	rule, call := r.Action, d.call.Action
	if rule.Kind == leastagency.ActionAny {
		if rule.Pattern == "" {
			return true, true
		}
		return call.Pattern != "" && wild(rule.Pattern, call.Pattern), true
	}
	if rule.Kind != call.Kind {
		return false, true
	}
	if rule.Kind == leastagency.ActionServer {
		return rule.Pattern == "" && sameServer(rule.Server, call.Server) && (rule.Tool == "" || call.Tool != "" && glob(rule.Tool, call.Tool)), true
	}
	if rule.Pattern == "" {
		return true, true
	}
	if call.Pattern == "" {
		return false, true
	}
	texts := append([]string{call.Pattern}, d.call.Also...)
	if r.Decision != leastagency.Allow {
		texts = append(texts, d.call.Against...)
	}
	if rule.Line {
		texts = []string{d.call.Line}
	}
	var same func(text string) bool
	switch {
	case rule.Syntax == leastagency.Regexp:
		re, err := regexp.Compile(rule.Pattern)
		if err != nil {
			return false, false
		}
		same = re.MatchString
	case rule.Syntax == leastagency.RawPrefix:
		same = func(text string) bool { return strings.HasPrefix(text, rule.Pattern) }
	case rule.Syntax == leastagency.Glob:
		same = func(text string) bool {
			return wild(rule.Pattern, text) || wild(strings.TrimPrefix(rule.Pattern, "domain:"), text)
		}
	case rule.Kind == leastagency.ActionRead || rule.Kind == leastagency.ActionWrite:
		same = func(text string) bool { return samePath(rule.Pattern, text, r.Decision != leastagency.Allow) }
	case rule.Kind == leastagency.ActionFetch:
		same = func(text string) bool { return sameHost(rule.Pattern, text) }
	default:
		same = func(text string) bool { return sameWords(rule, text) }
	}
	return slices.ContainsFunc(texts, same), true
}

// sameWords compares a command with a pattern of words: "*" stands for any text, and an open pattern
// lets further words follow.
func sameWords(rule leastagency.Action, text string) bool {
	pattern := strings.TrimSuffix(rule.Pattern, ":*")
	if words, ok := strings.CutSuffix(pattern, " *"); ok && strings.Contains(words, "*") {
		return glob(words, text) || glob(words+" *", text)
	}
	if !strings.Contains(pattern, "*") {
		return text == pattern || rule.Open && strings.HasPrefix(text, strings.TrimRight(pattern, " ")+" ")
	}
	return glob(pattern, text) || rule.Open && !strings.HasSuffix(pattern, "*") && glob(pattern+" *", text)
}

// wild compares a whole text with a pattern in which "*" stands for any text and "?" for a character.
// A pattern that ends in " *" holds also the text without anything behind it.
func wild(pattern, text string) bool {
	if words, ok := strings.CutSuffix(pattern, " *"); ok && wild(words, text) {
		return true
	}
	if !strings.Contains(pattern, "?") {
		return glob(pattern, text)
	}
	p, t, star, mark := 0, 0, -1, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, t
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == text[t]):
			p++
			t++
		case star >= 0:
			mark++
			p, t = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}

// sameHost compares a host, or a URL, with a pattern: "domain:" in front of a host, "*." for the hosts
// below it, and other stars that stay within one label.
func sameHost(pattern, text string) bool {
	host, named := strings.CutPrefix(strings.ToLower(pattern), "domain:")
	if !named && strings.Contains(host, "://") {
		return wild(pattern, text) || strings.HasPrefix(text, strings.TrimSuffix(pattern, "/")+"/")
	}
	if host == "*" || host == text {
		return true
	}
	if rest, ok := strings.CutPrefix(host, "*."); ok {
		return strings.HasSuffix(text, "."+rest) && !strings.Contains(text, "/")
	}
	have, want := strings.Split(text, "."), strings.Split(host, ".")
	return strings.Contains(host, "*") && len(have) == len(want) && labels(want, have)
}

func labels(want, have []string) bool {
	for i := range want {
		if !glob(want[i], have[i]) {
			return false
		}
	}
	return true
}

// samePath compares a file with a pattern in the syntax of .gitignore. Both say where they start:
// "//" at the top of the disk, "~/" in the home folder, else in the folder of work, where a pattern
// that is against something counts at every depth unless it starts with "./".
func samePath(pattern, file string, against bool) bool {
	anchor := func(p string) string {
		for _, a := range []string{"//", "~/"} {
			if strings.HasPrefix(p, a) {
				return a
			}
		}
		return ""
	}
	start := anchor(pattern)
	if start != anchor(file) {
		return false
	}
	pattern, file = strings.TrimPrefix(pattern, start), strings.TrimPrefix(file, start)
	switch rest, here := strings.CutPrefix(pattern, "./"); {
	case here:
		pattern = rest
	case pattern == ".":
		pattern = ""
	case strings.HasPrefix(pattern, "/"):
		pattern = pattern[1:]
	case start == "" && (against || !strings.Contains(strings.TrimSuffix(pattern, "/"), "/")) && !strings.HasPrefix(pattern, "../"):
		pattern = "**/" + pattern
	}
	if strings.HasPrefix(file, "../") && !strings.HasPrefix(pattern, "../") {
		return false
	}
	pattern = strings.NewReplacer("{", `\{`, "}", `\}`).Replace(strings.TrimSuffix(pattern, "/"))
	if pattern == "" {
		return true
	}
	matched, err := doublestar.Match(pattern, file)
	if err != nil || matched {
		return matched
	}
	below, _ := doublestar.Match(pattern+"/**", file)
	return below
}
