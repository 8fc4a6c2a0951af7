package crush

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/command"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/reading"
)

// maxScript bounds a script, which is hostile text for a recursive parser.
const maxScript = 256 << 10

// script reads a configuration that is a program for the shell: the product's own commands in it
// configure, all others run whenever the product starts.
func (r *reader) script() {
	text := string(r.File.Data[:min(len(r.File.Data), maxScript)])
	if strings.TrimSpace(text) == "" {
		return
	}
	file, err := (*syntax.File)(nil), error(nil)
	if !deep(text) {
		file, err = syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(text), "")
	}
	if file == nil || err != nil {
		r.Problem(r.File.Whole(), leastagency.ProblemSyntax, "not a program that the shell reads to its end")
		return
	}
	s := scripted{reader: r, layer: r.layer(), text: text}
	for _, stmt := range file.Stmts {
		if call, ok := stmt.Cmd.(*syntax.CallExpr); ok && s.call(call) {
			continue
		}
		at := r.File.Span(int(stmt.Pos().Offset()), int(stmt.End().Offset()))
		s.layer.Commands = append(s.layer.Commands, command.Parse(at.Text(), at, r.Sys.Knowledge))
		syntax.Walk(stmt, func(n syntax.Node) bool {
			if call, ok := n.(*syntax.CallExpr); ok {
				s.call(call)
			}
			return true
		})
	}
	s.secrets()
}

// secrets adds the literal credentials of the script that no command has told yet.
func (s scripted) secrets() {
	told := map[leastagency.Span]bool{}
	for _, c := range s.layer.AllCredentials() {
		told[c.At] = true
	}
	for _, c := range credential.FromText(s.text, s.File.Span(0, len(s.text)), s.Sys.Knowledge) {
		if !told[c.At] {
			s.layer.Credentials = append(s.layer.Credentials, c)
		}
	}
}

// deep reports whether a text has more open brackets at one place than any program has.
func deep(text string) bool {
	const most = 100
	depth := 0
	for _, c := range text {
		switch c {
		case '(', '{', '`':
			if depth++; depth > most {
				return true
			}
		case ')', '}':
			depth = max(0, depth-1)
		}
	}
	return false
}

// A scripted configuration is one whose commands are being read.
type scripted struct {
	*reader
	layer *leastagency.Layer
	text  string
}

// call reads one of the product's own commands; false for any other.
func (s scripted) call(call *syntax.CallExpr) bool {
	var words []*node.Node
	for _, w := range call.Args {
		words = append(words, s.word(w))
	}
	if len(words) < 3 {
		return false
	}
	switch words[0].Text + " " + words[1].Text {
	case "permissions allow":
		for _, w := range words[2:] {
			s.allow(s.layer, w.At, w.Text)
		}
	case "permissions deny":
		for _, w := range words[2:] {
			s.deny(s.layer, w.At, w.Text)
		}
	case "mcp add":
		entry := flags(words[3:], map[string]string{"env": "env", "header": "headers", "args": "args", "disabled-tools": "disabled_tools", "enabled-tools": "enabled_tools"})
		s.Servers(s.layer, dialect, &node.Node{Kind: node.Map, At: words[2].At, Members: []node.Member{{Key: words[2].Text, At: words[2].At, Value: entry}}})
	case "lsp add":
		entry := flags(words[3:], map[string]string{"env": "env", "args": "args"})
		s.Start(s.layer, entry.Get("command"), entry.Get("args"), entry.Get("env"))
	case "provider add":
		entry := flags(words[3:], map[string]string{"extra-header": "extra_headers"})
		for _, rename := range [][2]string{{"api-key", "api_key"}, {"base-url", "base_url"}, {"system-prompt-prefix", "system_prompt_prefix"}} {
			if m := entry.Member(rename[0]); m != nil {
				m.Key = rename[1]
			}
		}
		s.provider(s.layer, entry)
	case "hook add":
		entry := flags(words[3:], nil)
		if c := entry.Get("command"); c.Is(node.String) {
			s.hook(s.layer, words[2].String(), entry.Get("matcher").String(), c.Text, c.At)
		}
	case "option context-path", "option global-context-path":
		if f := s.Sys.Open(strings.TrimPrefix(words[2].Text, "./")); f != nil && s.Scope == leastagency.ScopeProject && s.Root == "." {
			s.Tell(s.layer, (&reading.Reader{File: f, Sys: s.Sys}).Whole())
		}
	default:
		return slices.Contains(own, words[0].Text)
	}
	return true
}

// own are the product's own commands.
var own = []string{"provider", "model", "mcp", "lsp", "hook", "permissions", "option"}

// word returns a word of the script: its text where that is constant, else as it is written.
func (s scripted) word(w *syntax.Word) *node.Node {
	start, end := int(w.Pos().Offset()), int(w.End().Offset())
	n := &node.Node{Kind: node.String, At: s.File.Span(start, end)}
	var b strings.Builder
	if constant(&b, w.Parts) {
		n.Text = b.String()
		return n
	}
	n.Text = strings.Trim(s.text[min(start, len(s.text)):min(end, len(s.text))], `"`)
	return n
}

func constant(b *strings.Builder, parts []syntax.WordPart) bool {
	for _, p := range parts {
		switch p := p.(type) {
		case *syntax.Lit:
			b.WriteString(p.Value)
		case *syntax.SglQuoted:
			b.WriteString(p.Value)
		case *syntax.DblQuoted:
			if !constant(b, p.Parts) {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// flags turns "--name value" into an entry. Names of repeatable flags are told, with the key that they
// fill: "env" and "headers" take a name and a value, others are collected in a list.
func flags(words []*node.Node, repeated map[string]string) *node.Node {
	entry := &node.Node{Kind: node.Map}
	if len(words) > 0 {
		entry.At = words[0].At
	}
	for i := 0; i < len(words); i++ {
		name, isFlag := strings.CutPrefix(words[i].Text, "--")
		if !isFlag || i+1 >= len(words) {
			continue
		}
		at := words[i].At
		i++
		key := repeated[name]
		pair := name == "env" || name == "header" || name == "extra-header"
		switch {
		case key == "":
			v := words[i]
			if v.Text == "true" || v.Text == "false" {
				v = &node.Node{Kind: node.Bool, At: v.At, Text: v.Text}
			}
			entry.Members = append(entry.Members, node.Member{Key: name, At: at, Value: v})
		case pair && i+1 < len(words):
			list := collected(entry, key, at, node.Map)
			list.Members = append(list.Members, node.Member{Key: words[i].Text, At: words[i].At, Value: words[i+1]})
			i++
		case !pair:
			list := collected(entry, key, at, node.List)
			list.Items = append(list.Items, words[i])
		}
	}
	return entry
}

func collected(entry *node.Node, key string, at leastagency.Span, kind node.Kind) *node.Node {
	if m := entry.Member(key); m != nil {
		return m.Value
	}
	n := &node.Node{Kind: kind, At: at}
	entry.Members = append(entry.Members, node.Member{Key: key, At: at, Value: n})
	return n
}
