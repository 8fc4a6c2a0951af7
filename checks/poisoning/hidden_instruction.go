package poisoning

import (
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/internal/prose"
)

// HiddenInstruction finds text that turns the model against its user: that sets its instructions
// aside, keeps something from the user, or carries secrets out. A prohibition, a quotation, an
// example and a text about attacks are not taken for one.
var HiddenInstruction = leastagency.Check{Rule: "poisoning/hidden-instruction", Run: func(p *leastagency.Pass) {
	for text := range texts(p) {
		var found *leastagency.Finding
		for _, s := range prose.Sentences(text.Body) {
			if s.Shown || s.Heading || !s.Comment && talksOf(s) {
				continue
			}
			what, first, last, ok := against(s, text.Kind == leastagency.TextDescription || s.Comment)
			if !ok {
				continue
			}
			where := ""
			if s.Comment {
				where = ", in a comment that the rendered page does not show"
			}
			start, end := s.Words[first].Start, s.Words[last].End
			if found != nil {
				if len(found.Related) < maxRelated {
					found.Also(text.Span(start, end), "here it %s%s", what, where)
				}
				continue
			}
			found = p.Reportf(text.Span(start, end), "this text turns the model against its user: it %s%s", what, where).
				Because(text.Span(start, end), "%s", leastagency.Quote(strings.Join(strings.Fields(text.Body[s.Words[first].Start:s.End]), " "))).Sure(leastagency.Inferred)
		}
	}
}}

// overrides set the model's instructions aside.
var overrides = []prose.Phrase{
	"ignore|disregard|forget|discard [all|any|every] [of] [the|your|my] previous|prior|preceding|earlier|system|safety [system|user|safety] instruct*|prompt|prompts|rule|rules|guideline*|directive*|guardrail*|safeguard*|restriction*",
	"ignore|disregard|forget all [of] [the|your] instructions|rules|guidelines [above|before|given]",
	"ignore|disregard|forget [all|everything] [the] above instruct*|prompt",
	"ignore|disregard|forget everything above|before|you",
	"override|bypass|disable your [own] [system|safety|security] prompt|instructions|guideline*|guardrail*|safeguard*|restrictions",
}

// secrecy keeps something from the user.
var secrecy = []prose.Phrase{
	"[do|must] not|never|don't|without [ever] tell|telling|inform|informing|notify|notifying|alert|alerting [the|your] user|users|human|developer|operator [about] [this|it|these]",
	"[do|must] not|never|don't [ever] mention|reveal|disclose|show|report [any] [of] this|it|these|that ... to [the|your] user|users|human|developer|operator|anyone",
	"[do|must] not|never|don't let [the|your] user|users|human|developer|operator know|notice|see",
	"without [the|your] user's|users|human's|developer's knowledge|noticing|awareness",
	"keep|hide|conceal this|it|these ... from [the|your] user|users|human|developer|operator",
	"secretly|covertly send|upload|post|forward|transmit|copy|append|include|add|read|collect",
}

// whispers do so in descriptions and comments, where no honest author has a reason to.
var whispers = []prose.Phrase{
	"[do|must] not|never|don't [ever] mention|reveal|disclose this|it|that",
	"include|append|pass|send|provide|insert [the|your] [full|entire|complete|whole] system prompt",
}

// Words that make an order to carry secrets out: what is taken, how, and by which verb.
const (
	treasures = "~/.ssh*|.ssh/*|id_rsa*|id_ed25519*|.env|.env.*|~/.aws*|~/.netrc|~/.kube*|/etc/passwd|/etc/shadow|~/.cursor/mcp.json|mcp.json|.mcp.json|~/.claude.json|~/.claude/*|~/.config/*|~/.npmrc|~/.gitconfig|keychain"
	takes     = "read|cat|open|get|fetch|collect|load|access|send|post|upload|transmit|exfiltrate|forward|include|append|pass"
	carries   = "send|post|upload|transmit|exfiltrate|forward|pass|passing|include|append|curl|submit|email|encode"
)

// against tells how a sentence turns the model against its user. In a description or a comment,
// which nobody reads as orders, secrecy and carrying are enough; elsewhere an address must be there too.
func against(s prose.Sentence, unseen bool) (what string, first, last int, ok bool) {
	if first, last, ok = prose.Any(overrides, s.Words, 0); ok && !excused(s.Words, first, unseen) && !elsewhere(s.Words[last+1:]) {
		return "sets its instructions aside", first, last, true
	}
	if first, last, ok = carrying(s.Words); ok && !excused(s.Words, first, true) && (unseen || prose.Has(s.Words[first:], "http://*|https://*")) {
		return "carries secrets out", first, last, true
	}
	if first, last, ok = prose.Any(secrecy, s.Words, 0); ok && !s.Words[first].Quoted && (unseen || prose.Has(s.Words, treasures)) {
		return "keeps what it does from the user", first, last, true
	}
	if first, last, ok = prose.Any(whispers, s.Words, 0); ok && unseen && !s.Words[first].Quoted {
		return "hides what it does, or hands on what it was told", first, last, true
	}
	return "", 0, 0, false
}

// elsewhere reports whether the instructions to be ignored are those of a page or a file: a defence.
func elsewhere(behind []prose.Word) bool {
	return prose.Has(behind[:min(len(behind), 1)], "in|from|inside|within|found|embedded|contained|that")
}

// carrying finds an order to take a secret file and hand it on.
func carrying(w []prose.Word) (first, last int, ok bool) {
	for i := range w {
		if !prose.Has(w[i:i+1], treasures) {
			continue
		}
		for first = max(0, i-8); first < i; first++ {
			if !prose.Has(w[first:first+1], takes) {
				continue
			}
			for last = first; last < min(len(w), i+14); last++ {
				if prose.Has(w[last:last+1], carries) && last != i && (last > first || prose.Has(w[i:], "to|as|into")) {
					return first, max(i, last), true
				}
			}
		}
	}
	return 0, 0, false
}

// excused reports whether the words before a match make it a prohibition, a quotation or a case
// that is spoken of. Conditions excuse only what is said in the open.
func excused(w []prose.Word, first int, unseen bool) bool {
	if w[first].Quoted || w[first].Code {
		return true
	}
	before := w[:first]
	if prose.Has(before, "never|not|don't|cannot|refuse|reject|detect*|flag|flags|block|like|e.g|example*|such|attempt*|phrase*|pattern*|contain*|avoid|trying|tries|try") {
		return true
	}
	return !unseen && prose.Has(before, "if|when|whenever|says|say|saying|asks|ask|asking|asked|tells|telling|treat|instructing|claims|requests|users|text|content|could|may|might|can|to")
}

// talksOf reports whether a sentence or its section is about attacks, tests or examples.
func talksOf(s prose.Sentence) bool {
	if prose.Has(s.Words, "inject*|jailbreak*|attack*|malicious|adversar*|untrusted|poison*|attacker*|hostile") {
		return true
	}
	for _, about := range []string{"inject", "attack", "threat", "red flag", "malicious", "example", "adversar", "jailbreak", "untrusted", "poison", "test case", "detect", "vulnerab"} {
		if strings.Contains(s.Section, about) {
			return true
		}
	}
	return false
}
