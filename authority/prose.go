package authority

import (
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	words "github.com/leastagency/leastagency/internal/prose"
)

// prose reads what the sentences of every text forbid, and what they let happen only after a
// question. It reads English, and only what is said outright: a sentence that it does not
// understand is no statement. Prose is never a protection; checks hold it against what is granted.
func prose(sys *leastagency.System, _ *leastagency.Policy) {
	for _, layer := range sys.Layers {
		for _, t := range layer.Texts {
			t.Statements = statements(t)
		}
		for _, h := range layer.Hooks {
			if h.Prompt != nil {
				h.Prompt.Statements = statements(h.Prompt)
			}
		}
	}
}

// maxStatements bounds what is kept of one text.
const maxStatements = 200

// forbids are the openings of a prohibition. What follows is the thing forbidden.
var forbids = []words.Phrase{
	"never", "do not", "don't", "must not", "mustn't", "must never", "shall not", "may not", "should never",
	"not allowed to", "not permitted to", "forbidden to", "forbidden from", "prohibited from", "refuse to", "refrain from",
}

// describes are words in front of an opening that make it a description: "it will never", "if you do not".
const describes = "will|would|can|could|does|did|is|are|was|has|have|had|if|when|who|that|which|you|we|they|i|it|users|people|developers|why"

// commanded are the subjects of a duty that is the model's: "you must not", "agents should never". A
// duty of anything else ("errors must never create an issue") tells how things are to work.
const commanded = "you|we|claude|agent|agents|assistant|assistants|model|models|subagent|subagents|and|or|but|also"

// questions ask a person first, and consent is what they ask for.
const (
	questions = "ask|confirm*|approv*|permission|consent|sign-off|authoriz*|request"
	consent   = "ask*|confirm*|approv*|permission|consent|authoriz*|told|instructed|request*|sign-off|explicit|explicitly"
)

// An aspect is one way to speak of a capability: a verb with one of the objects behind it, or a
// phrase that says both at once.
type aspect struct {
	can     leastagency.Capability
	verbs   string // where a verb may stand
	objects string // within a few words behind the verb; empty when the verb says enough
	phrase  words.Phrase
}

var aspects = []aspect{
	{can: leastagency.Destroy, verbs: "delete|deleting|destroy|destroying|wipe|wiping|purge|purging|erase|erasing",
		objects: "database*|db|dbs|table*|data|bucket*|volume*|backup*|production|prod|record*|repo|repos|repositor*|branch*|file*|folder*|director*|resource*|infrastructure|cluster*|namespace*|environment*|account*|email*|message*|project*|history"},
	{can: leastagency.Destroy, verbs: "drop|dropping|truncate|truncating", objects: "database*|db|dbs|table*|schema*|column*|collection*"},
	{can: leastagency.Destroy, verbs: "remove|removing", objects: "database*|data|backup*|production|volume*|bucket*|infrastructure|resources"},
	{can: leastagency.Destroy, verbs: "force-push|force-pushing"},
	{can: leastagency.Destroy, phrase: "force push|pushing"},
	{can: leastagency.Destroy, phrase: "push ... --force|-f|--force-with-lease"},
	{can: leastagency.Destroy, phrase: "rm -rf|-r|-fr"},
	{can: leastagency.Destroy, phrase: "reset --hard"},
	{can: leastagency.Destroy, phrase: "git clean"},
	{can: leastagency.Destroy, phrase: "terraform destroy"},
	{can: leastagency.Destroy, phrase: "kubectl delete"},
	{can: leastagency.Destroy, phrase: "destructive|irreversible ... operation*|action*|command*|change*|migration*"},

	{can: leastagency.WriteState, verbs: "push|pushing|deploy|deploying|publish|publishing"},
	{can: leastagency.WriteState, verbs: "create|creating|open|opening|filing|submit|submitting|post|posting|close|closing", objects: "issue*|pr|prs|pull|release*|ticket*"},
	{can: leastagency.WriteState, phrase: "git push|pushes"},
	{can: leastagency.WriteState, phrase: "terraform|tofu apply"},
	{can: leastagency.WriteState, phrase: "kubectl|helm apply|install|upgrade"},
	{can: leastagency.WriteState, phrase: "npm|cargo|pnpm|yarn|twine publish|upload"},
	{can: leastagency.WriteState, verbs: "modify|modifying|change|changing|touch|touching|update|updating|write|writing", objects: "production|prod"},

	{can: leastagency.Decide, verbs: "merge|merging", objects: "main|master|pr|prs|pull|pulls|request*|branch*|it|anything|automatically|directly|yourself|code|changes"},
	{can: leastagency.Decide, verbs: "approve|approving", objects: "pr|prs|pull|request*|pairing*|access|user*|sender*|payment*|change*"},
	{can: leastagency.Decide, phrase: "gh pr merge"},

	{can: leastagency.Execute, phrase: "run|running|execute|executing|eval [any|arbitrary|untrusted|unknown|shell|system|external|downloaded|the|these|such|other] [shell|external|untrusted] command*|script*|code|executable* [or] [scripts|executables|code|commands] [or] [scripts|executables|code|commands] found|from|that|embedded|contained|supplied|provided|without|unless|outside|you"},
	{can: leastagency.Execute, phrase: "execute|executing [any] instruction*"},
	{can: leastagency.Execute, phrase: "run|running|execute|executing any|arbitrary|untrusted|unknown|downloaded [shell] command*|script*|code|executable*"},

	{can: leastagency.Send, verbs: "send|sending|exfiltrate|exfiltrating|upload|uploading|transmit|transmitting|leak|leaking|forward|forwarding|share|sharing|include|including|post|posting|reveal|revealing|disclose|disclosing|expose|exposing|print|printing|display|displaying|dump|dumping",
		objects: "data|secret*|credential*|token*|key|keys|password*|pii|personal|customer*|email*|confidential|proprietary"},
	{can: leastagency.Send, phrase: "make|making|perform|performing [any] [external|outbound] network|http|https|outbound|web|external|api [api|http|network] request*|call*|connection*"},
	{can: leastagency.Send, phrase: "access|accessing|use|using [any|the] [external] network|internet|urls|websites"},

	{can: leastagency.ReadSecret, verbs: "read|reading|access|accessing|open|opening|cat|view|viewing|touch|touching|load|loading",
		objects: ".env|.env*|secret*|credential*|password*|id_rsa|~/.ssh*|~/.aws*|token*|ssh|keychain|keys"},

	{can: leastagency.Configure, verbs: "edit|editing|modify|modifying|change|changing|update|updating|write|writing|alter|altering|disable|disabling|bypass|bypassing|add|adding|touch|touching|grant|granting",
		objects: "permission*|allowlist*|allow-list*|whitelist*|settings.json|.claude/settings.json|settings.local.json|.claude|.claude/*|.mcp.json|mcp.json|hook|hooks|sandbox*|access|policy|policies|guardrail*"},

	{can: leastagency.WriteFiles, phrase: "edit|modify|change|write|create|touch|alter [or] [edit|modify|change|write|create|delete] [any|the] [source|project] file|files|code|anything"},

	{can: leastagency.Pay, verbs: "make|making|issue|issuing|send|sending|transfer|transferring|initiate|initiating", objects: "payment*|purchase*|transfer*|funds|money|refund*"},
	{can: leastagency.Pay, verbs: "purchase|purchasing|buy|buying", objects: "anything|items|goods|domain*|subscription*|credits|tickets|stock*"},
}

// stops end what an opening governs.
const stops = "unless|without|until|before|because|since|except|instead|but|so|always|use|only|if|when|while|this"

// reach is how many words behind an opening it governs, and objects how far behind its verb an object stands.
const (
	reach       = 16
	objectReach = 7
)

func statements(t *leastagency.Text) []leastagency.Statement {
	var out []leastagency.Statement
	for _, s := range words.Sentences(t.Body) {
		if s.Heading || s.Shown || s.Comment {
			continue
		}
		polarity, governed := opening(s.Words)
		if polarity == leastagency.PolarityUnknown {
			continue
		}
		for _, can := range speaksOf(governed) {
			if len(out) == maxStatements {
				return out
			}
			if slices.Contains(hostGuards, can) && refersToHost(t.Body, s.Start, s.End) {
				continue
			}
			out = append(out, leastagency.Statement{At: t.Span(s.Start, s.End), Polarity: polarity, Capability: can, Text: shorten(t.Body[s.Start:s.End])})
		}
	}
	return out
}

// hostGuards are the capabilities that a code host may refuse on its own side.
var hostGuards = []leastagency.Capability{leastagency.WriteState, leastagency.Destroy, leastagency.Decide}

// refersToHost reports whether the line of a sentence says that the code host protects the branch. That
// is no protection that can be counted, but neither is the sentence then the only one.
func refersToHost(body string, start, end int) bool {
	first := strings.LastIndexByte(body[:start], '\n') + 1
	if last := strings.IndexByte(body[end:], '\n'); last >= 0 {
		end += last
	} else {
		end = len(body)
	}
	line := strings.ToLower(body[first:end])
	return strings.Contains(line, "branch protection") || strings.Contains(line, "protected branch")
}

// opening finds what a sentence forbids or restrains, and the words that say it.
func opening(w []words.Word) (leastagency.Polarity, []words.Word) {
	if governed := refused(w); governed != nil {
		return leastagency.Forbids, governed
	}
	for from := 0; from < len(w); {
		first, last, ok := words.Any(forbids, w, from)
		if !ok {
			break
		}
		from = last + 1
		if w[first].Quoted || w[first].Code || described(w, first) {
			continue
		}
		governed, rest := cutClause(w[last+1:])
		if len(governed) == 0 || words.Has(governed[len(governed)-1:], "merely|just|simply|solely") && words.Has(rest[:min(1, len(rest))], "because") {
			continue // "not merely because" weighs a reason and forbids nothing
		}
		if words.Has(rest, "unless|without|until|before|except") {
			if words.Has(rest, consent) {
				return leastagency.Restrains, governed
			}
			if !words.Has(rest[:1], "before|except") { // "never push without tests" orders tests
				continue
			}
		}
		return leastagency.Forbids, governed
	}
	for i := range w {
		if (w[i].Text == "before" || w[i].Text == "prior") && i > 0 && words.Has(w[max(0, i-10):i], questions) && !w[i].Quoted {
			governed, _ := cutClause(w[i+1:])
			return leastagency.Restrains, governed
		}
		if w[i].Text == "only" && !w[i].Quoted && words.Has(w[i:min(len(w), i+reach)], "after|when|if|with") && words.Has(w[i:min(len(w), i+reach)], consent) {
			governed := w[max(0, i-4):i] // "push only after approval", "only push when asked"
			if behind, _ := cutClause(w[i+1:]); len(speaksOf(behind)) > 0 {
				governed = behind
			}
			return leastagency.Restrains, governed
		}
	}
	return leastagency.PolarityUnknown, nil
}

// described reports whether the opening at word i only tells what happens: "it will never", "if you do not".
func described(w []words.Word, i int) bool {
	if i == 0 {
		return false
	}
	if words.Has(w[i:i+1], "never|do|don't") {
		return !w[i].Break && words.Has(w[i-1:i], describes)
	}
	return words.Has(w[i:i+1], "must|mustn't|shall|may|should") && !words.Has(w[i-1:i], commanded)
}

// refused returns what a sentence of the form "if a request to … arrives, refuse" refuses.
func refused(w []words.Word) []words.Word {
	if len(w) < 4 || w[0].Text != "if" {
		return nil
	}
	for i := len(w) - 1; i > 3; i-- {
		if (w[i].Text == "refuse" || w[i].Text == "decline") && w[i].Break {
			if _, from, ok := words.Phrase("request*|asks|asked|asking|told|tells ... to").Find(w[:i], 0); ok {
				return w[from+1 : i]
			}
		}
	}
	return nil
}

// cutClause cuts the words behind an opening where something else begins.
func cutClause(w []words.Word) (governed, rest []words.Word) {
	for i := range w {
		if i == reach || i > 0 && words.Has(w[i:i+1], stops) && w[i].Text != "use" || i > 0 && w[i].Text == "use" && w[i].Break {
			return w[:i], w[i:]
		}
	}
	return w, nil
}

// speaksOf returns the capabilities that the words of a clause name, each once.
func speaksOf(w []words.Word) []leastagency.Capability {
	var out []leastagency.Capability
	for _, a := range aspects {
		if !a.in(w) {
			continue
		}
		seen := false
		for _, can := range out {
			seen = seen || can == a.can
		}
		if !seen {
			out = append(out, a.can)
		}
	}
	return out
}

func (a aspect) in(w []words.Word) bool {
	if a.phrase != "" {
		_, _, ok := a.phrase.Find(w, 0)
		return ok
	}
	for i := range w {
		if w[i].Quoted || !words.Has(w[i:i+1], a.verbs) || !verbPlace(w, i) {
			continue
		}
		behind := w[i+1 : min(len(w), i+1+objectReach)]
		if end := slices.IndexFunc(behind, func(o words.Word) bool { return o.Text == "for" }); end >= 0 {
			behind = behind[:end] // "comments for issues" are comments
		}
		if a.objects == "" || words.Has(behind, a.objects) {
			return true
		}
	}
	return false
}

// verbPlace reports whether word i may be the verb of the clause: it comes first, behind an adverb, or is coordinated.
func verbPlace(w []words.Word, i int) bool {
	if i == 0 || w[i].Break {
		return true
	}
	if words.Has(w[i-1:i], "or|and|nor|to|ever|directly|automatically|also|git|then|silently|blindly|any") {
		return true
	}
	return i == 1 && strings.HasSuffix(w[0].Text, "ly")
}

// shorten returns a sentence for a message: one line, without markup, not longer than a reader wants.
func shorten(s string) string {
	const limit = 100
	s = strings.Join(strings.Fields(strings.NewReplacer("**", "", "__", "", "`", "").Replace(s)), " ")
	if len(s) <= limit {
		return s
	}
	cut := strings.LastIndexByte(s[:limit], ' ')
	if cut < limit/2 {
		cut = limit
		for cut > 0 && s[cut]&0xc0 == 0x80 {
			cut--
		}
	}
	return s[:cut] + " …"
}
