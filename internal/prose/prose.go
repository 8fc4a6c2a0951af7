// Package prose splits Markdown and plain text into sentences of words with exact offsets, and tells
// what is said from what is only shown: code blocks, quotations, tables and comments are marked.
// It reads and does not understand: meaning is given by the phrases of its users.
package prose

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits that no honest text meets; what lies beyond is left unread.
const (
	maxText  = 1 << 20 // bytes
	maxWords = 400     // words of one sentence; a longer one is cut
	maxQuote = 600     // bytes of one quotation; a longer one is a quotation mark without its partner
)

// A Sentence is a run of words between full stops, within one paragraph, list item or heading.
type Sentence struct {
	Start, End int // byte offsets in the text
	Words      []Word
	Heading    bool   // is a heading
	Section    string // the heading it stands under, in lower case
	Shown      bool   // stands in a block quotation or a table: an example or a digest rather than an order
	Comment    bool   // stands in an HTML comment, which a reader of the rendered page does not see
}

// A Word is a run of letters, digits and the signs that paths, options and addresses are made of.
type Word struct {
	Start, End int
	Text       string // lower case, apostrophes straight
	Code       bool   // in a code span
	Quoted     bool   // in quotation marks
	Break      bool   // a comma, colon, semicolon, dash or bracket stands before it
}

// Sentences returns the sentences of a text in order. Fenced code is left out.
func Sentences(text string) []Sentence {
	if len(text) > maxText {
		text = text[:maxText]
	}
	r := reader{text: text}
	for start := 0; start < len(text); {
		end := strings.IndexByte(text[start:], '\n')
		if end < 0 {
			end = len(text)
		} else {
			end += start
		}
		r.line(start, end)
		start = end + 1
	}
	r.flush()
	return r.out
}

// reader collects the lines of one paragraph and cuts it into sentences when it ends.
type reader struct {
	text    string
	out     []Sentence
	fence   string // the fence that ends the code block we are in
	comment bool
	section string
	from    int // where the paragraph starts
	to      int // where it ends; from when there is none
	kind    Sentence
}

func (r *reader) line(start, end int) {
	line := strings.TrimRight(r.text[start:end], " \t\r")
	bare := strings.TrimLeft(line, " \t")
	start += len(line) - len(bare)
	switch {
	case r.fence != "":
		if strings.HasPrefix(bare, r.fence) && strings.Trim(bare, r.fence[:1]) == "" {
			r.fence = ""
		}
		return
	case r.comment:
		r.commentLine(start, bare)
		return
	case strings.HasPrefix(bare, "```") || strings.HasPrefix(bare, "~~~"):
		r.flush()
		run := len(bare) - len(strings.TrimLeft(bare, bare[:1]))
		if !strings.Contains(bare[run:], "`") {
			r.fence = bare[:run]
		}
		return
	case bare == "" || strings.Trim(bare, "-=*_ ") == "":
		r.flush()
		return
	}
	if i := strings.Index(bare, "<!--"); i >= 0 && strings.Count(bare[:i], "`")%2 == 0 {
		if i > 0 {
			r.plain(start, bare[:i])
		}
		r.flush()
		r.comment = true
		r.commentLine(start+i+4, bare[i+4:])
		return
	}
	r.plain(start, bare)
}

// commentLine takes a line inside an HTML comment and leaves the comment when it ends there.
func (r *reader) commentLine(start int, line string) {
	body, rest, closed := strings.Cut(line, "-->")
	if strings.TrimSpace(body) == "" {
		r.flush()
	} else {
		r.add(start, start+len(body), Sentence{Comment: true})
	}
	if !closed {
		return
	}
	r.flush()
	r.comment = false
	if after := len(line) - len(rest); strings.TrimSpace(rest) != "" {
		r.line(start+after, start+len(line))
	}
}

// plain takes a line of visible text.
func (r *reader) plain(start int, line string) {
	switch {
	case strings.HasPrefix(line, "#"):
		title := strings.TrimLeft(line, "#")
		r.flush()
		r.section = strings.ToLower(strings.Trim(title, " #*_`"))
		r.add(start+len(line)-len(title), start+len(line), Sentence{Heading: true})
		r.flush()
	case strings.HasPrefix(line, "|"):
		r.flush()
		r.add(start, start+len(line), Sentence{Shown: true})
		r.flush()
	case strings.HasPrefix(line, ">"):
		body := strings.TrimLeft(line, "> \t")
		// GitHub's alerts ([!WARNING]) and bold notes are how authors shout, not how they quote.
		callout := strings.HasPrefix(body, "[!") || strings.HasPrefix(body, "**") || r.to > r.from && !r.kind.Shown && !r.kind.Comment
		r.add(start+len(line)-len(body), start+len(line), Sentence{Shown: !callout})
	default:
		if n := item(line); n > 0 {
			r.flush()
			start, line = start+n, line[n:]
		}
		r.add(start, start+len(line), Sentence{})
	}
}

// item returns the length of a list marker, with the check box behind it; 0 when there is none.
func item(line string) int {
	n := 0
	if strings.ContainsRune("-*+•", firstRune(line)) {
		n = utf8.RuneLen(firstRune(line))
	} else {
		for n < len(line) && n < 4 && line[n] >= '0' && line[n] <= '9' {
			n++
		}
		if n == 0 || n >= len(line) || line[n] != '.' && line[n] != ')' {
			return 0
		}
		n++
	}
	if n >= len(line) || line[n] != ' ' {
		return 0
	}
	n++
	for _, box := range []string{"[ ] ", "[x] ", "[X] "} {
		if strings.HasPrefix(line[n:], box) {
			n += len(box)
		}
	}
	return n
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

// add joins [start, end) to the paragraph, or starts one when it is of another kind.
func (r *reader) add(start, end int, kind Sentence) {
	kind.Section = r.section
	if r.to > r.from && (r.kind.Shown != kind.Shown || r.kind.Comment != kind.Comment) {
		r.flush()
	}
	if r.to <= r.from {
		r.from, r.kind = start, kind
	}
	r.to = end
}

// flush cuts the paragraph into sentences.
func (r *reader) flush() {
	from, to := r.from, r.to
	r.from, r.to = 0, 0
	var s Sentence
	open := func(at int) { s = r.kind; s.Start = at }
	closeAt := func(at int) {
		if len(s.Words) > 0 {
			s.Start, s.End = s.Words[0].Start, at
			r.out = append(r.out, s)
		}
		open(at)
	}
	open(from)
	code, quoted, brk := 0, rune(0), false // the length of the backtick run that opened a code span
	for i := from; i < to; {
		c, size := utf8.DecodeRuneInString(r.text[i:to])
		switch {
		case c == '`':
			n := len(r.text[i:to]) - len(strings.TrimLeft(r.text[i:to], "`"))
			if code == 0 {
				code = n
			} else if code == n {
				code = 0
			}
			i += n
			continue
		case code == 0 && quoted == 0 && (c == '"' || c == '“'):
			quoted = map[rune]rune{'"': '"', '“': '”'}[c]
			if near := r.text[i+size : min(to, i+maxQuote)]; !strings.ContainsRune(near, quoted) {
				quoted = 0
			}
		case code == 0 && quoted != 0 && c == quoted:
			quoted = 0
		case startsWord(c, r.text[i+size:to]):
			n := wordEnd(r.text[i:to])
			if len(s.Words) == maxWords {
				closeAt(i)
			}
			s.Words = append(s.Words, Word{Start: i, End: i + n, Code: code > 0, Quoted: quoted != 0, Break: brk,
				Text: strings.ToLower(strings.ReplaceAll(r.text[i:i+n], "’", "'"))})
			brk = false
			i += n
			continue
		case code == 0 && (c == '.' || c == '!' || c == '?' || c == '。') && endsSentence(r.text[from:i], r.text[i+size:to]):
			closeAt(i + size)
			quoted, brk = 0, false
		case strings.ContainsRune(",;:()[]—–", c):
			brk = true
		}
		i += size
	}
	closeAt(to)
}

// endsSentence reports whether a full stop between the two parts ends a sentence.
func endsSentence(before, after string) bool {
	for after != "" && strings.ContainsRune("*_\"”'’)`", firstRune(after)) {
		after = after[utf8.RuneLen(firstRune(after)):]
	}
	if after != "" && !strings.ContainsRune(" \t\r\n", firstRune(after)) && firstRune(after) < 0x2e80 {
		return false
	}
	const longest = 3
	switch strings.ToLower(before[max(0, len(before)-longest):]) {
	case "e.g", "i.e", "etc", " vs", " cf", " no":
		return false
	}
	return true
}

func isWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '.' || r == '/' || r == '~' || r == '$' || r == '@' || r == '-' || r == '_'
}

// startsWord reports whether a word starts with c: a stop does in ".env" and not behind a sentence.
func startsWord(c rune, after string) bool {
	if c == '.' || c == '-' || c == '_' {
		next := firstRune(after)
		return after != "" && (unicode.IsLetter(next) || next == '/' || next == c && c != '_')
	}
	return isWord(c)
}

// wordEnd returns the length of the word at the start of s, without the stops that end a sentence.
func wordEnd(s string) int {
	end := len(s)
	for i, r := range s {
		if !isWord(r) && r != '\'' && r != '’' && !strings.HasPrefix(s[i:], "://") && !(strings.ContainsRune(":?&=%+", r) && strings.Contains(s[:i], "/")) {
			end = i
			break
		}
	}
	if n := len(strings.TrimRight(s[:end], ".-_'’:?/&=")); n > 0 {
		return n
	}
	return end
}
