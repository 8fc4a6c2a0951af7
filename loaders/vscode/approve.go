package vscode

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"unicode"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/internal/lazy"
	"github.com/leastagency/leastagency/loaders/internal/command"
	"github.com/leastagency/leastagency/loaders/internal/effect"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/toolset"
)

// asked are the commands that the editor asks for by its own rules, until a setting redefines them.
var asked = []string{"rm", "rmdir", "del", "Remove-Item", "ri", "rd", "erase", "dd", "kill", "ps", "top", "Stop-Process", "spps", "taskkill", "taskkill.exe",
	"curl", "wget", "Invoke-RestMethod", "Invoke-WebRequest", "irm", "iwr", "chmod", "chown", "Set-ItemProperty", "sp", "Set-Acl", "jq", "xargs", "eval", "Invoke-Expression", "iex"}

// terminal reads which commands run without a question. Every command of a line must be allowed, and
// none may be asked for: false never denies, it asks. The built-in questions stay unless redefined.
func terminal(r *reader, m node.Member) {
	if !r.Typed(m.Value, m.Key, node.Map) {
		return
	}
	off := r.settled["chat.tools.terminal.enableAutoApprove"]
	for _, e := range m.Value.Each() {
		decision, line, stated := r.approval(e)
		if !stated {
			continue
		}
		rule := &leastagency.Rule{At: e.At, Text: r.Sys.Knowledge.Redact(e.Key), Decision: decision}
		rule.Implied = decision == leastagency.Ask && slices.Contains(asked, e.Key) // says what is so anyway
		rule.Action, rule.Inert = r.shell(e.Key, line, decision)
		if off.Value != nil && leastagency.Is(off.Value.Bool(), false) && decision == leastagency.Allow {
			rule.Inert = `"chat.tools.terminal.enableAutoApprove" is off in this file`
		}
		if rule.Inert == "" {
			rule.Effects = effect.Of(rule.Action)
		}
		r.Secrets(r.layer, e.Key, e.At)
		r.layer.Rules = append(r.layer.Rules, rule)
	}
	if defaults := r.settled["chat.tools.terminal.ignoreDefaultAutoApproveRules"]; defaults.Value != nil && leastagency.Is(defaults.Value.Bool(), true) {
		return
	}
	for _, name := range asked {
		if m.Value.Get(name) != nil {
			continue
		}
		a := leastagency.Action{Kind: leastagency.ActionShell, Pattern: name, Open: true, Command: command.Pattern(name, true, m.At, r.Sys.Knowledge)}
		r.layer.Rules = append(r.layer.Rules, &leastagency.Rule{At: m.At, Text: name, Decision: leastagency.Ask, Action: a, Effects: effect.Of(a), Implied: true})
	}
}

// approval reads the value of one entry: true, false, null, or an object that says whether the whole line is compared.
func (r *reader) approval(e node.Member) (d leastagency.Decision, line, stated bool) {
	v := e.Value
	if v.Is(node.Map) {
		line = leastagency.Is(v.Get("matchCommandLine").Bool(), true)
		v = v.Get("approve")
	}
	switch b := v.Bool(); {
	case b.Set && b.V:
		return leastagency.Allow, line, true
	case b.Set:
		return leastagency.Ask, line, true
	case v != nil && !v.Is(node.Null):
		r.Problem(v.At, leastagency.ProblemType, "an approval is true, false or null: VS Code does not apply this value")
	}
	return 0, false, false
}

var slashed = lazy.Compile(`^/(.+)/([dgimsuvy]*)$`)

// shell reads the key of an entry: the start of a command, up to the end of a word, or a regular
// expression between slashes. With line the pattern is compared with the whole line, so that whatever
// an open end lets through may be another command.
func (r *reader) shell(key string, line bool, d leastagency.Decision) (a leastagency.Action, inert string) {
	a.Kind = leastagency.ActionShell
	var heads []head
	if m := slashed.Get().FindStringSubmatch(key); m == nil {
		if strings.TrimSpace(key) == "" {
			return a, "an empty pattern matches no command"
		}
		a.Pattern, a.Open = key, true
		heads = []head{{text: key, open: true}}
	} else {
		a.Syntax, a.Pattern = leastagency.Regexp, m[1]
		var ok bool
		if heads, ok = headsOf(m[1], m[2]); !ok {
			return a, "it is no regular expression that matches anything: VS Code ignores it"
		}
		switch {
		case len(heads) == 1 && heads[0].text == "" && heads[0].whole:
			a.Syntax, a.Pattern, a.Open = leastagency.WordPrefix, "", true // every command
		case d == leastagency.Ask && !(len(heads) == 1 && heads[0].whole):
			a.Pattern = r.Sys.Knowledge.Redact(a.Pattern)
			return a, "" // what it asks for is what holds the text, and no more
		case len(heads) == 1 && heads[0].whole:
			a.Syntax, a.Pattern, a.Open = leastagency.WordPrefix, heads[0].text, heads[0].open
		case slices.ContainsFunc(heads, func(h head) bool { return h.open }):
			a.Open = true
		}
	}
	if a.Pattern == "" || d == leastagency.Ask && line {
		if line && a.Pattern != "" {
			a.Syntax, a.Pattern, a.Line = leastagency.Regexp, source(key), true
		}
		return a, ""
	}
	a.Command = r.command(heads)
	if len(heads) == 1 && heads[0].text == "" {
		a.Command.Runner = "runs any command that holds this text somewhere"
	}
	if line {
		a.Syntax, a.Pattern, a.Line = leastagency.Regexp, source(key), true
		if d == leastagency.Allow && a.Open && a.Command.Runner == "" && leaks(source(key)) {
			a.Command.Runner = "matches the whole line, so that another command may follow"
			a.Command.Effects = append(slices.Clone(a.Command.Effects), leastagency.Effect{Capability: leastagency.Execute, Reach: leastagency.Reach{Breadth: leastagency.Machine}, Why: "lets another command follow on the line"})
		}
	}
	a.Pattern = r.Sys.Knowledge.Redact(a.Pattern)
	return a, ""
}

// leaks reports whether an expression that is compared with a whole line lets another command stand on
// it: it does not hold the end, or some part of it takes the signs that join or nest commands.
func leaks(pattern string) bool {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return true
	}
	return !ends(re) || joins(re)
}

// ends reports whether every match reaches to the end of the text.
func ends(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpEndText, syntax.OpEndLine:
		return true
	case syntax.OpConcat:
		return len(re.Sub) > 0 && ends(re.Sub[len(re.Sub)-1])
	case syntax.OpCapture:
		return ends(re.Sub[0])
	case syntax.OpAlternate:
		return !slices.ContainsFunc(re.Sub, func(s *syntax.Regexp) bool { return !ends(s) })
	}
	return false
}

// joins reports whether an open part takes one of the signs that make two commands of a line.
func joins(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return true
	case syntax.OpCharClass:
		return slices.ContainsFunc([]rune(";&|$`"), func(c rune) bool {
			for i := 0; i+1 < len(re.Rune); i += 2 {
				if re.Rune[i] <= c && c <= re.Rune[i+1] {
					return true
				}
			}
			return false
		})
	}
	return slices.ContainsFunc(re.Sub, joins)
}

// source returns the expression that a key stands for.
func source(key string) string {
	if m := slashed.Get().FindStringSubmatch(key); m != nil {
		return m[1]
	}
	return "^" + regexp.QuoteMeta(key) + `\b`
}

// command returns what the commands that start in one of these ways can do.
func (r *reader) command(heads []head) *leastagency.Command {
	var out *leastagency.Command
	at := r.File.Whole()
	for _, h := range heads {
		c := command.Pattern(h.text, h.open, at, r.Sys.Knowledge)
		if out == nil {
			out = c
			continue
		}
		out.Invocations = append(out.Invocations, c.Invocations...)
		out.Artifacts = append(out.Artifacts, c.Artifacts...)
		out.Files = append(out.Files, c.Files...)
		out.Hosts = append(out.Hosts, c.Hosts...)
		for _, e := range c.Effects {
			if !slices.Contains(out.Effects, e) {
				out.Effects = append(out.Effects, e)
			}
		}
		if out.Runner == "" {
			out.Runner = c.Runner
		}
		out.RemoteScript = out.RemoteScript || c.RemoteScript
	}
	return out
}

// A head is the beginning of the commands that a regular expression matches.
type head struct {
	text  string
	open  bool // anything may follow
	whole bool // the expression says no more than this
	ended bool // nothing is added to it any more
}

// most is how many ways to begin are told apart.
const most = 64

// headsOf returns how the commands start that an expression matches; a head without text is a command
// of any kind, and every one when that is the whole of it. It is not ok for an expression that matches
// none, or that the editor refuses because it matches the empty text.
func headsOf(pattern, flags string) (heads []head, ok bool) {
	every := []head{{open: true}}
	if slices.Contains([]string{".*", "^", "$", ".", ".+", "^.", "^.+", "^.+$"}, pattern) {
		every[0].whole = true
		return every, true
	}
	if len(pattern) > 1000 {
		return every, true // whatever it is, nobody can tell what it leaves out
	}
	source, cut := withoutLookaround(pattern)
	parse := syntax.Perl
	if strings.Contains(flags, "i") {
		parse |= syntax.FoldCase
	}
	re, err := syntax.Parse(source, parse)
	if err != nil {
		text, _, _ := strings.Cut(strings.TrimPrefix(source, "^"), `\`)
		if i := strings.IndexAny(text, "()[]{}.*+?|$"); i >= 0 {
			text = text[:i]
		}
		if !strings.HasPrefix(source, "^") || text == "" {
			return nil, false
		}
		return []head{{text: strings.TrimRight(text, " "), open: true}}, true
	}
	if compiled, err := regexp.Compile(source); err == nil && !cut && pattern != "^$" && pattern != `^\s*$` && compiled.MatchString("") {
		return nil, false
	}
	if re = re.Simplify(); !anchored(re) {
		return every, true // a command carries the text anywhere, in an argument as well
	}
	heads = walk(re, []head{{}})
	for i := range heads {
		h := &heads[i]
		h.open = h.open || !h.ended
		h.whole = !cut && len(heads) == 1
		h.text = strings.Join(strings.Fields(h.text), " ")
		if h.text == "" && h.open {
			return every, true
		}
	}
	return heads, len(heads) > 0
}

// anchored reports whether every match starts at the beginning of the text.
func anchored(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpBeginText, syntax.OpBeginLine:
		return true
	case syntax.OpConcat:
		return len(re.Sub) > 0 && anchored(re.Sub[0])
	case syntax.OpCapture:
		return anchored(re.Sub[0])
	case syntax.OpAlternate:
		return !slices.ContainsFunc(re.Sub, func(s *syntax.Regexp) bool { return !anchored(s) })
	}
	return false
}

// walk adds what an expression matches next to each head.
func walk(re *syntax.Regexp, in []head) []head {
	switch re.Op {
	case syntax.OpLiteral:
		text := string(re.Rune)
		if re.Flags&syntax.FoldCase != 0 {
			text = strings.ToLower(text)
		}
		return each(in, func(h *head) { h.text += text })
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			in = walk(sub, in)
		}
		return in
	case syntax.OpCapture:
		return walk(re.Sub[0], in)
	case syntax.OpAlternate:
		var out []head
		for _, sub := range re.Sub {
			out = append(out, walk(sub, in)...)
		}
		return few(out)
	case syntax.OpQuest:
		return few(append(slices.Clone(in), walk(re.Sub[0], in)...))
	case syntax.OpCharClass:
		if blank(re) {
			return each(in, func(h *head) { h.text += " " })
		}
		var out []head
		for i := 0; i+1 < len(re.Rune) && len(re.Rune) <= 8; i += 2 {
			if re.Rune[i+1]-re.Rune[i] > 4 {
				out = nil
				break
			}
			for c := re.Rune[i]; c <= re.Rune[i+1]; c++ {
				out = append(out, each(in, func(h *head) { h.text += string(unicode.ToLower(c)) })...)
			}
		}
		if len(out) > 0 {
			return few(out)
		}
	case syntax.OpPlus, syntax.OpStar:
		if sub := re.Sub[0]; sub.Op == syntax.OpCharClass && blank(sub) || sub.Op == syntax.OpLiteral && string(sub.Rune) == " " {
			return each(in, func(h *head) { h.text += " " })
		}
	case syntax.OpBeginText, syntax.OpBeginLine, syntax.OpEmptyMatch:
		return in
	case syntax.OpEndText, syntax.OpEndLine:
		return each(in, func(h *head) { h.ended = true })
	}
	return each(in, func(h *head) { h.ended, h.open = true, true }) // from here on anything
}

// each returns the heads with f done to those that have not ended.
func each(in []head, f func(*head)) []head {
	out := slices.Clone(in)
	for i := range out {
		if !out[i].ended && len(out[i].text) < 1000 {
			f(&out[i])
		}
	}
	return out
}

// few cuts a list that has become too long: what is lost is taken for open.
func few(in []head) []head {
	if len(in) <= most {
		return in
	}
	out := slices.Clone(in[:most])
	for i := range out {
		out[i].ended, out[i].open = true, true
	}
	return out
}

// blank reports whether a class of characters is white space.
func blank(re *syntax.Regexp) bool {
	for i := 0; i+1 < len(re.Rune); i += 2 {
		if re.Rune[i] <= ' ' && ' ' <= re.Rune[i+1] {
			return re.Rune[len(re.Rune)-1] <= unicode.MaxLatin1 || !slices.Contains(re.Rune, unicode.MaxRune)
		}
	}
	return false
}

// withoutLookaround takes out the groups that look ahead or behind, which narrow what is matched.
func withoutLookaround(pattern string) (source string, cut bool) {
	for range most {
		start := -1
		for _, mark := range []string{"(?!", "(?=", "(?<!", "(?<="} {
			if i := strings.Index(pattern, mark); i >= 0 && (start < 0 || i < start) {
				start = i
			}
		}
		if start < 0 {
			break
		}
		depth, end := 0, len(pattern)
		for i := start; i < len(pattern) && end == len(pattern); i++ {
			switch pattern[i] {
			case '\\':
				i++
			case '(':
				depth++
			case ')':
				if depth--; depth == 0 {
					end = i + 1
				}
			}
		}
		pattern, cut = pattern[:start]+pattern[end:], true
	}
	return pattern, cut
}

// edits reads which files are changed without a question. The last pattern that matches a file counts;
// that every file may be changed is the default, from which some files are taken out.
func edits(r *reader, m node.Member) {
	if !r.Typed(m.Value, m.Key, node.Map) {
		return
	}
	entries := m.Value.Each()
	for i, e := range entries {
		b := e.Value.Bool()
		if !b.Set || b.V && e.Key == "**/*" {
			continue
		}
		rule := &leastagency.Rule{At: e.At, Text: e.Key, Decision: leastagency.Ask, Action: leastagency.Action{Kind: leastagency.ActionWrite, Pattern: e.Key, Open: strings.HasSuffix(e.Key, "*")}}
		if b.V {
			rule.Decision = leastagency.Allow
		}
		for _, later := range entries[i+1:] {
			if b := later.Value.Bool(); b.Set && b.V != (rule.Decision == leastagency.Allow) && (later.Key == "**" || later.Key == "*") {
				rule.Inert = "the last pattern that matches a file counts, and " + leastagency.Quote(later.Key) + " behind it matches every file"
			}
		}
		if rule.Inert == "" {
			rule.Effects = union(alternatives(e.Key), func(p string) []leastagency.Effect { return effect.Write(p) })
		}
		r.layer.Rules = append(r.layer.Rules, rule)
	}
}

// alternatives spells out the first braces of a glob.
func alternatives(glob string) []string {
	open := strings.IndexByte(glob, '{')
	if open < 0 {
		return []string{glob}
	}
	inner, rest, closed := strings.Cut(glob[open+1:], "}")
	if !closed {
		return []string{glob}
	}
	var out []string
	for alternative := range strings.SplitSeq(inner, ",") {
		out = append(out, glob[:open]+alternative+rest)
	}
	return out
}

func union(patterns []string, of func(string) []leastagency.Effect) []leastagency.Effect {
	var out []leastagency.Effect
	for _, p := range patterns[:min(len(patterns), most)] {
		for _, e := range of(p) {
			if !slices.ContainsFunc(out, func(o leastagency.Effect) bool { return o.Capability == e.Capability }) {
				out = append(out, e)
			}
		}
	}
	return out
}

// urls reads which pages are requested without a question, and whose text reaches the model without one.
func urls(r *reader, m node.Member) {
	if !r.Typed(m.Value, m.Key, node.Map) {
		return
	}
	for _, e := range m.Value.Each() {
		request, response := e.Value.Bool(), e.Value.Bool()
		if e.Value.Is(node.Map) {
			request, response = e.Value.Get("approveRequest").Bool(), e.Value.Get("approveResponse").Bool()
		}
		if !request.Set && !response.Set {
			continue
		}
		rule := &leastagency.Rule{At: e.At, Text: r.Sys.Knowledge.Redact(e.Key), Decision: leastagency.Ask, Action: requestOf(e.Key)}
		if request.V {
			rule.Decision = leastagency.Allow
		}
		for _, does := range effect.Of(rule.Action) {
			if does.Capability == leastagency.Send || response.V || rule.Decision == leastagency.Ask {
				rule.Effects = append(rule.Effects, does)
			}
		}
		r.layer.Rules = append(r.layer.Rules, rule)
	}
}

// requestOf returns the requests that a URL pattern speaks of, by their host.
func requestOf(pattern string) leastagency.Action {
	_, host, schemed := strings.Cut(pattern, "://")
	if !schemed {
		host = pattern
	}
	host, _, _ = strings.Cut(host, "/")
	host = strings.ToLower(host[strings.LastIndexByte(host, '@')+1:])
	a := leastagency.Action{Kind: leastagency.ActionFetch}
	if strings.Trim(host, "*.:") != "" {
		a.Pattern, a.Open = "domain:"+host, strings.Contains(host, "*")
	}
	return a
}

// eligible reads which tools are always asked for.
func eligible(r *reader, m node.Member) {
	for _, e := range m.Value.Each() {
		a := toolset.Action(e.Key)
		if leastagency.Is(e.Value.Bool(), false) && a.Kind != leastagency.ActionUnknown && a.Kind != leastagency.ActionOther {
			r.layer.Rules = append(r.layer.Rules, &leastagency.Rule{At: e.At, Text: e.Key, Decision: leastagency.Ask, Action: a, Effects: effect.Of(a)})
		}
	}
}

// allowedDomains and deniedDomains speak of the fetch tool where the filter is on, and of commands in the sandbox.
func allowedDomains(r *reader, m node.Member) {
	if !r.Typed(m.Value, m.Key, node.List) {
		return
	}
	if r.filtered(m) && r.sandboxOn() && !r.openNetwork() {
		s := r.sandbox()
		s.Hosts = append(s.Hosts, m.Value.Strings()...)
	}
}

func deniedDomains(r *reader, m node.Member) {
	if !r.Typed(m.Value, m.Key, node.List) || !r.filtered(m) {
		return
	}
	for _, host := range m.Value.Strings() {
		a := requestOf(host.V)
		r.layer.Rules = append(r.layer.Rules, &leastagency.Rule{At: host.At, Text: host.V, Decision: leastagency.Deny, Action: a, Effects: effect.Of(a)})
		if r.sandboxOn() && !r.openNetwork() {
			s := r.sandbox()
			s.DeniedHosts = append(s.DeniedHosts, host)
		}
	}
}

// filtered reports whether something applies the lists of domains, and says so when nothing does.
func (r *reader) filtered(m node.Member) bool {
	filter := r.settled["chat.agent.networkFilter"]
	if filter.Value != nil && leastagency.Is(filter.Value.Bool(), true) || r.sandboxOn() && !r.openNetwork() {
		return true
	}
	if len(m.Value.List()) > 0 {
		r.Problem(m.At, leastagency.ProblemUnknownKey, "%s filters nothing: neither \"chat.agent.networkFilter\" nor a sandbox without network is on in this file", leastagency.Quote(m.Key))
	}
	return false
}
