package prose

import (
	"slices"
	"strings"
)

// A Phrase is a pattern over the words of one sentence, written as text:
//
//	word        that word
//	a|b|c       one of these; a trailing "*" stands for any ending: "instruct*"
//	[a|b]       may be there
//	...         up to six words of any kind
//
// Words in code spans count like others.
type Phrase string

// maxGap is how many words "..." may stand for.
const maxGap = 6

// Find returns the first and last word of the first match at or behind word from; ok is false when
// there is none.
func (p Phrase) Find(words []Word, from int) (first, last int, ok bool) {
	for first = max(from, 0); first < len(words); first++ {
		if last, ok := p.At(words, first); ok {
			return first, last, true
		}
	}
	return 0, 0, false
}

// At reports whether the phrase matches from word i on, and returns the last word of the match.
func (p Phrase) At(words []Word, i int) (last int, ok bool) {
	end, ok := match(string(p), words, i)
	return end - 1, ok && end > i
}

// match returns the word behind the match.
func match(phrase string, words []Word, i int) (end int, ok bool) {
	if phrase == "" {
		return i, true
	}
	slot, rest, _ := strings.Cut(phrase, " ")
	switch {
	case slot == "...":
		for n := 0; n <= maxGap && i+n <= len(words); n++ {
			if end, ok := match(rest, words, i+n); ok {
				return end, true
			}
		}
		return 0, false
	case slot[0] == '[':
		if i < len(words) && one(slot[1:len(slot)-1], words[i].Text) {
			if end, ok := match(rest, words, i+1); ok {
				return end, true
			}
		}
		return match(rest, words, i)
	case i < len(words) && one(slot, words[i].Text):
		return match(rest, words, i+1)
	}
	return 0, false
}

// one reports whether a word is one of the alternatives.
func one(alternatives, word string) bool {
	for i := 0; i < len(alternatives); i++ {
		start := i
		for i < len(alternatives) && alternatives[i] != '|' {
			i++
		}
		if start == i || alternatives[start] != word[0] {
			continue
		}
		stem, open := strings.CutSuffix(alternatives[start:i], "*")
		if word == stem || open && strings.HasPrefix(word, stem) {
			return true
		}
	}
	return false
}

// Any returns the first match of any of the phrases, in the order of the sentence.
func Any(phrases []Phrase, words []Word, from int) (first, last int, ok bool) {
	first = len(words)
	for _, p := range phrases {
		if f, l, found := p.Find(words, from); found && f < first {
			first, last, ok = f, l, true
		}
	}
	return first, last, ok
}

// Has reports whether a word of the list occurs in the words; a trailing "*" stands for any ending.
func Has(words []Word, list string) bool {
	return slices.ContainsFunc(words, func(w Word) bool { return one(list, w.Text) })
}
