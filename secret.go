package leastagency

import (
	"math"
	"slices"
	"strings"
)

// A SecretMatch is a secret-shaped word in a text.
type SecretMatch struct {
	Start, End int // byte offsets
	Shape      *SecretShape
}

// longestSecret bounds the search: no service issues longer keys.
const longestSecret = 4096

// FindSecrets finds the words of a text that have the shape of a known kind of secret, in order. Words
// that are obviously made up (see Placeholder) are left out.
func (k *Knowledge) FindSecrets(text string) []SecretMatch {
	var found []SecretMatch
	for i := 0; i < len(text); i++ {
		if i > 0 && wordByte(text[i-1]) {
			continue
		}
		var best SecretMatch
		skip := 0
		first, _ := slices.BinarySearchFunc(k.Secrets, text[i], func(s SecretShape, c byte) int { return int(s.Prefix[0]) - int(c) })
		for s := first; s < len(k.Secrets) && k.Secrets[s].Prefix[0] == text[i]; s++ {
			shape := &k.Secrets[s]
			if !strings.HasPrefix(text[i:], shape.Prefix) {
				continue
			}
			start := i + len(shape.Prefix)
			end := start
			for end < len(text) && end-start < longestSecret && inCharset(shape.Charset, text[end]) {
				end++
			}
			if end-start == longestSecret {
				skip = max(skip, end)
			}
			if n := end - start; n >= shape.Min && (shape.Max == 0 || n <= shape.Max) && end > best.End && !Placeholder(text[i:end]) {
				best = SecretMatch{i, end, shape}
			}
		}
		if best.Shape != nil {
			found = append(found, best)
			skip = best.End
		}
		i = max(i, skip-1)
	}
	return found
}

// Redact masks the secret-shaped words of a text, keeping enough to recognise the kind.
func (k *Knowledge) Redact(text string) string {
	if k == nil {
		return text
	}
	matches := k.FindSecrets(text)
	if len(matches) == 0 {
		return text
	}
	var b strings.Builder
	last := 0
	for _, m := range matches {
		b.WriteString(text[last:m.Start])
		b.WriteString(m.Shape.Prefix)
		b.WriteString("…")
		last = m.End
	}
	b.WriteString(text[last:])
	return b.String()
}

// Placeholder reports whether a value is obviously to be replaced: YOUR_KEY, <token>, xxxx, changeme,
// or a text without the disorder of a generated key.
func Placeholder(value string) bool {
	v := strings.ToLower(strings.TrimSpace(value))
	if v == "" || strings.Trim(v, "x*.-_…0") == "" {
		return true
	}
	if strings.ContainsAny(v, "<>") || strings.Contains(v, "...") || strings.Contains(v, "…") || strings.Contains(v, "xxxx") || strings.Contains(v, "****") {
		return true
	}
	for _, word := range placeholderWords {
		if strings.Contains(v, word) {
			return true
		}
	}
	return false
}

var placeholderWords = [...]string{"your", "changeme", "change-me", "change_me", "replace", "placeholder", "example", "sample",
	"dummy", "fake", "insert", "todo", "redacted", "secret-here", "token-here", "key-here", "_here", "-here", "123456789", "abcdef", "foobar", "notreal", "not-real",
	"eyjzdwiioiixmjm0nty3odkwi"} // the subject 1234567890 of the sample token that everybody copies

// Entropy returns the Shannon entropy of a text in bits per byte.
func Entropy(s string) float64 {
	var count [256]int
	for i := range len(s) {
		count[s[i]]++
	}
	bits := 0.0
	for _, n := range count {
		if n > 0 {
			p := float64(n) / float64(len(s))
			bits -= p * math.Log2(p)
		}
	}
	return bits
}

func wordByte(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
}

func inCharset(set string, c byte) bool {
	switch set {
	case "hex":
		return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
	case "alnum":
		return wordByte(c) && c != '_'
	case "base64":
		return wordByte(c) || c == '-' || c == '+' || c == '/' || c == '='
	}
	return c > ' ' && c < 0x7f && !strings.ContainsRune("\"'`<>()[]{},;", rune(c))
}
