package task

import (
	"strings"

	"github.com/leastagency/leastagency/internal/lazy"
	"github.com/leastagency/leastagency/loaders/internal/place"
)

// A line is one line of a file with its place.
type line struct {
	text  string
	start int
}

func linesOf(data string) []line {
	var out []line
	for start := 0; start < len(data); {
		text, _, _ := strings.Cut(data[start:], "\n")
		out = append(out, line{strings.TrimSuffix(text, "\r"), start})
		start += len(text) + 1
	}
	return out
}

var (
	makeVariable = lazy.Compile(`^(?:export\s+|override\s+)*([A-Za-z_][A-Za-z0-9_.-]*)\s*(?:\?|:|::|:::|\+)?=\s*(.*)$`)
	makeRule     = lazy.Compile(`^([^\s#:=][^#:=]*?)\s*::?(?:[^=]|$)`)
)

// makefile reads the recipes of a Makefile (GNU make).
func (r *reader) makefile() {
	vars := map[string]string{}
	lines := linesOf(string(r.file.Data))
	for i := 0; i < len(lines); i++ {
		if m := makeVariable.Get().FindStringSubmatch(lines[i].text); m != nil {
			value := m[2]
			for strings.HasSuffix(value, `\`) && i+1 < len(lines) {
				i++
				value = strings.TrimSuffix(value, `\`) + " " + strings.TrimSpace(lines[i].text)
			}
			if strings.Contains(m[0][:len(m[0])-len(m[2])], "+=") {
				value = vars[m[1]] + " " + value
			}
			vars[m[1]] = strings.TrimSpace(value)
		}
	}
	x := expander{vars: vars, make: true}
	for i := 0; i < len(lines); i++ {
		m := makeRule.Get().FindStringSubmatch(lines[i].text)
		if m == nil || makeVariable.MatchString(lines[i].text) {
			continue
		}
		b := place.Builder{File: r.file}
		for ; i+1 < len(lines) && (strings.HasPrefix(lines[i+1].text, "\t") || strings.TrimSpace(lines[i+1].text) == "" || strings.HasPrefix(lines[i+1].text, "#")); i++ {
			if l := lines[i+1]; strings.HasPrefix(l.text, "\t") {
				x.write(&b, l.unmarked("@-+ \t"))
				b.Write("\n", l.start+len(l.text))
			}
		}
		r.add(strings.Fields(m[1])[0], b.Text())
	}
}

// unmarked takes the marks off a line of a recipe.
func (l line) unmarked(marks string) line {
	text := strings.TrimLeft(l.text, marks)
	return line{text, l.start + len(l.text) - len(text)}
}

var (
	justVariable = lazy.Compile(`^(?:export\s+)?([A-Za-z_][A-Za-z0-9_-]*)\s*:=\s*["']([^"']*)["']\s*$`)
	justRecipe   = lazy.Compile(`^@?([A-Za-z_][A-Za-z0-9_-]*)(?:\s+[^:=]*?(?:=\s*\S+)?)*\s*:(?:[^=]|$)`)
)

// justfile reads the recipes of a justfile. One that starts with another interpreter is none of ours.
func (r *reader) justfile() {
	x := expander{vars: map[string]string{}}
	lines := linesOf(string(r.file.Data))
	for _, l := range lines {
		if m := justVariable.Get().FindStringSubmatch(l.text); m != nil {
			x.vars[m[1]] = m[2]
		}
	}
	for i := 0; i < len(lines); i++ {
		m := justRecipe.Get().FindStringSubmatch(lines[i].text)
		if m == nil {
			continue
		}
		b := place.Builder{File: r.file}
		foreign := false
		for first := true; i+1 < len(lines) && (strings.TrimSpace(lines[i+1].text) == "" || lines[i+1].text[0] == ' ' || lines[i+1].text[0] == '\t'); i++ {
			l := lines[i+1].unmarked(" \t")
			if first && strings.HasPrefix(l.text, "#!") {
				program := interpreter([]byte(l.text))
				foreign = !strings.HasSuffix(program, "sh")
			} else if first {
				l = l.unmarked("@-")
			}
			first = first && l.text == ""
			x.write(&b, l.unmarked("@"))
			b.Write("\n", lines[i+1].start+len(lines[i+1].text))
		}
		if !foreign {
			r.add(m[1], b.Text())
		}
	}
}

// An expander fills variables of a build tool in. Those that it does not know become the shell's.
type expander struct {
	vars map[string]string
	make bool // $(NAME), where $$ is a dollar; else {{ name }}
}

// Bounds on what a line grows to.
const (
	maxExpansions = 8
	maxLine       = 32 << 10
)

// write adds a line to a script.
func (x expander) write(b *place.Builder, l line) {
	for at, text := 0, l.text; at < len(text); {
		start, end, name := x.next(text[at:])
		if name == "" {
			b.Write(text[at:], l.start+at)
			return
		}
		b.Write(text[at:at+start], l.start+at)
		b.Fill(x.value(name, maxExpansions, maxLine), l.start+at+start)
		at += end
	}
}

// next finds the next variable, as offsets; its name is empty when there is none.
func (x expander) next(text string) (start, end int, name string) {
	if !x.make {
		start = strings.Index(text, "{{")
		if start < 0 {
			return 0, 0, ""
		}
		end = strings.Index(text[start:], "}}")
		if end < 0 {
			return 0, 0, ""
		}
		return start, start + end + 2, strings.TrimSpace(text[start+2:start+end]) + " "
	}
	for i := 0; i+1 < len(text); i++ {
		if text[i] != '$' {
			continue
		}
		switch next := text[i+1]; next {
		case '$':
			return i, i + 2, "$"
		case '(', '{':
			depth := 0
			for j := i + 1; j < len(text); j++ {
				switch text[j] {
				case '(', '{':
					depth++
				case ')', '}':
					if depth--; depth == 0 {
						return i, j + 1, text[i+2:j] + " "
					}
				}
			}
			return 0, 0, ""
		default:
			return i, i + 2, text[i+1:i+2] + " "
		}
	}
	return 0, 0, ""
}

// value is what stands for a variable.
func (x expander) value(name string, depth, room int) string {
	if name == "$" {
		return "$"
	}
	name = strings.TrimSpace(name)
	value, known := x.vars[name]
	switch {
	case x.make && name == "MAKE":
		return "make"
	case !known || depth == 0 || len(value) > room:
		if name == "" || strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") != "" {
			return "${made}" // by a function, or an automatic one
		}
		return "${" + name + "}"
	}
	var b strings.Builder
	for value != "" && b.Len() < room {
		start, end, inner := x.next(value)
		if inner == "" {
			b.WriteString(value)
			break
		}
		b.WriteString(value[:start])
		b.WriteString(x.value(inner, depth-1, room/4))
		value = value[end:]
	}
	return b.String()
}
