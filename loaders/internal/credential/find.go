package credential

import (
	"strings"

	"github.com/leastagency/leastagency"
)

const mask = "…"

// shortest is the length of the shortest word that is a secret by its look alone.
const shortest = 16

// most is how many secrets are told of one text; who wrote down more has heard enough.
const most = 1000

// FromURL finds the credentials in a URL: user information, query, and known shapes anywhere. It also
// returns the URL with literal secrets masked.
func FromURL(address leastagency.Value[string], syntax Syntax, k *leastagency.Knowledge) ([]*leastagency.Credential, leastagency.Value[string]) {
	var out []*leastagency.Credential
	if !address.Set {
		return nil, address
	}
	masked := address
	add := func(c *leastagency.Credential, secret string) {
		if c == nil {
			return
		}
		out = append(out, c)
		if secret != "" {
			masked.V = strings.ReplaceAll(masked.V, secret, mask)
		}
	}
	refs := relevant(address.V, syntax)
	fixed := without(address.V, refs)
	covered := false
	for _, p := range urlParts(fixed) {
		name, means := p.name, meaningOfQuery(p.name)
		if p.user {
			name, means = "user information", meaning{noun: "password"}
			if !hasHole(p.name + p.value) {
				if l, ok := password(p, k); ok {
					c := &leastagency.Credential{Name: name, At: address.At}
					source := leastagency.SourceLiteral
					secret := l.text
					if l.made {
						source, secret = leastagency.SourcePlaceholder, ""
					}
					add(state(c, source, l), secret)
					covered = true
				}
				continue
			}
		}
		value := p.value
		if p.user && value == "" {
			value = p.name
		}
		text := restore(value, address.V, refs)
		c, secret := classify(name, means, leastagency.ValueAt(text, Within(address.At, text)), syntax, k)
		add(c, secret)
		covered = covered || c != nil
	}
	if l, ok := shaped(fixed, k); ok && !covered {
		add(state(&leastagency.Credential{Name: "url", At: address.At}, leastagency.SourceLiteral, l), l.text)
		covered = true
	}
	for i := range refs {
		if r := &refs[i]; !covered && r.expanded(syntax) && Secret(r.key()) {
			c, secret := classify("url", meaning{}, leastagency.ValueAt(address.V[r.start:r.end], address.At), syntax, k)
			add(c, secret)
		}
	}
	return out, masked
}

// FromArgs finds the credentials in the arguments of a program: --api-key X, --token=X, -H "Name: X",
// -e NAME=X, --env-file X, URLs, and known shapes anywhere. It also returns the arguments with literal secrets masked.
func FromArgs(args []leastagency.Value[string], syntax Syntax, k *leastagency.Knowledge) ([]*leastagency.Credential, []leastagency.Value[string]) {
	var out []*leastagency.Credential
	masked := append([]leastagency.Value[string](nil), args...)
	for i := 0; i < len(args); i++ {
		add := func(name string, means meaning, value string) bool {
			c, secret := classify(name, means, leastagency.ValueAt(value, Within(args[i].At, value)), syntax, k)
			if c == nil {
				return false
			}
			out = append(out, c)
			if secret != "" {
				masked[i].V = strings.ReplaceAll(masked[i].V, secret, mask)
			}
			return true
		}
		arg := args[i].V
		flag, value, joined := strings.Cut(arg, "=")
		isFlag := strings.HasPrefix(arg, "-") && !strings.ContainsAny(flag, " \t")
		next := isFlag && !joined && i+1 < len(args)
		switch {
		case isFlag && (flag == "-H" || flag == "--header" || flag == "--headers"):
			if next {
				i++
				value = args[i].V
			}
			name, header, ok := strings.Cut(value, ":")
			if !ok {
				name, header, _ = strings.Cut(value, "=")
			}
			add(strings.TrimSpace(name), meaningOf(name), strings.TrimSpace(header))
			continue
		case isFlag && (flag == "-e" || flag == "--env"):
			if next {
				i++
				value = args[i].V
			}
			name, setting, ok := strings.Cut(value, "=")
			if ok {
				add(name, meaningOf(name), setting)
			} else if m := meaningOf(name); m.noun != "" && identifier(name) == len(name) {
				out = append(out, &leastagency.Credential{Name: name, At: args[i].At, Source: leastagency.SourceReference, Reference: name,
					Kind: m.kind(), Service: m.service, Admin: m.admin, Lifetime: m.lifetime})
			}
			continue
		case isFlag && flag == "--env-file":
			if next {
				i++
				value = args[i].V
			}
			out = append(out, &leastagency.Credential{Name: "env-file", At: Within(args[i].At, value), Source: leastagency.SourceReference, Reference: value, Kind: "file of variables"})
			continue
		case isFlag && Secret(flag):
			if next {
				if strings.HasPrefix(args[i+1].V, "--") {
					continue // a switch without a value
				}
				i++
				value = args[i].V
			}
			name := strings.TrimLeft(flag, "-")
			m := meaningOf(name)
			add(name, m, value)
			continue
		case joined && !isFlag && identifier(flag) == len(flag) && Secret(flag):
			if add(flag, meaningOf(flag), value) {
				continue
			}
		}
		if joined && isFlag {
			arg = value
		}
		if strings.Contains(arg, "://") && !strings.ContainsAny(arg, " \t\n") {
			found, clean := FromURL(leastagency.ValueAt(arg, Within(args[i].At, arg)), syntax, k)
			out = append(out, found...)
			masked[i].V = strings.ReplaceAll(masked[i].V, arg, clean.V)
			continue
		}
		if strings.ContainsAny(arg, " \t\n") {
			found := fromText(arg, args[i].At, k)
			for _, f := range found {
				out = append(out, f.Credential)
				masked[i].V = strings.ReplaceAll(masked[i].V, f.text, mask)
			}
			if len(found) > 0 {
				continue
			}
		}
		add("argument", meaning{}, arg)
	}
	return out, masked
}

// FromText finds the literal secrets in prose, a prompt, a permission rule or a command line, each
// placed on the secret alone. References and placeholders in such text mean nothing and are left out.
func FromText(text string, at leastagency.Span, k *leastagency.Knowledge) []*leastagency.Credential {
	var out []*leastagency.Credential
	for _, f := range fromText(text, at, k) {
		out = append(out, f.Credential)
	}
	return out
}

// A found is a credential with the literal that it was told from.
type found struct {
	*leastagency.Credential
	text string
}

func fromText(text string, at leastagency.Span, k *leastagency.Knowledge) []found {
	var out []found
	end := 0 // of the last secret: what overlaps it is the same one
	raw := at.Text()
	add := func(name string, start int, l literal) {
		if start < end || l.made || len(out) >= most {
			return
		}
		end = start + len(l.text)
		c := state(&leastagency.Credential{Name: name}, leastagency.SourceLiteral, l)
		c.At = place(text, raw, at, start, l.text)
		out = append(out, found{c, l.text})
	}
	if l, ok := keyBlock(text); ok && !l.made {
		start := strings.Index(text, "-----BEGIN ")
		l.text = text[start:]
		if stop := strings.Index(l.text, "-----END"); stop > 0 {
			l.text = l.text[:stop]
		}
		add("private key", start, l)
	}
	for start, word := range fields(text) {
		if len(word) < shortest && !strings.Contains(word, "://") {
			continue
		}
		before := strings.TrimRight(text[max(0, start-64):start], " \t\"'")
		name, value, named := cutName(word)
		switch {
		case strings.Contains(word, "://"):
			scheme := strings.Index(word, "://")
			for scheme > 0 && (identifier("x"+word[scheme-1:scheme]) == 2 || word[scheme-1] == '+') {
				scheme--
			}
			address := strings.TrimRight(word[scheme:], ".:")
			if l, ok := shaped(address, k); ok {
				add("text", start+strings.Index(word, l.text), l)
			} else if l, ok := inURL(address, k); ok {
				add("url", start+strings.Index(word, l.text), l)
			}
		case named && Secret(name):
			if l, ok := shaped(value, k); ok {
				add(name, start+strings.Index(word, l.text), l)
			} else if m := meaningOf(name); generated(value) && !isPath(value) && !public(value) && len(references(value)) == 0 {
				add(name, start+strings.LastIndex(word, value), literal{text: value, kind: m.kind(), service: m.service, admin: m.admin, lifetime: leastagency.Static})
			}
		default:
			if l, ok := shaped(word, k); ok {
				add("text", start+strings.Index(word, l.text), l)
				continue
			}
			lead := before[strings.LastIndexAny(before, " \t\"'\n")+1:]
			flag := strings.HasPrefix(lead, "--") && Secret(lead)
			bearer := strings.EqualFold(lead, "bearer")
			name := strings.TrimLeft(lead, "-")
			if bearer {
				name = "Authorization"
			}
			if (bearer || flag) && generated(word) && !isPath(word) && !public(word) && len(references(word)) == 0 {
				add(name, start, literal{text: word, kind: "token", lifetime: leastagency.Static})
			}
		}
	}
	return out
}

// fields yields the words of a text with their offsets. Quotes, brackets and separators of prose end a word.
func fields(text string) func(yield func(int, string) bool) {
	cut := func(c byte) bool { return c <= ' ' || strings.IndexByte("\"'`<>()[]{},;|\\", c) >= 0 }
	return func(yield func(int, string) bool) {
		for i := 0; i < len(text); i++ {
			if cut(text[i]) {
				continue
			}
			start := i
			for i < len(text) && !cut(text[i]) {
				i++
			}
			if !yield(start, text[start:i]) {
				return
			}
		}
	}
}

// cutName splits NAME=value and name:value.
func cutName(word string) (name, value string, ok bool) {
	i := strings.IndexAny(word, "=:")
	if i <= 0 {
		return "", "", false
	}
	return strings.TrimLeft(word[:i], "-"), strings.Trim(word[i+1:], "\"'"), i+1 < len(word)
}

// place finds the word that stands at an offset of a text in the bytes that the text was decoded from.
func place(text, raw string, at leastagency.Span, offset int, word string) leastagency.Span {
	if at.IsZero() {
		return at
	}
	if strings.HasPrefix(raw[min(offset, len(raw)):], word) {
		return at.File.Span(at.Start+offset, at.Start+offset+len(word))
	}
	if len(raw) == len(text)+2 && raw[1:len(raw)-1] == text {
		return at.File.Span(at.Start+1+offset, at.Start+1+offset+len(word))
	}
	if i := strings.Index(raw, word); i >= 0 {
		return at.File.Span(at.Start+i, at.Start+i+len(word))
	}
	return at
}
