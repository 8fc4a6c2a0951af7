package credential

import (
	"strings"

	"github.com/leastagency/leastagency"
)

// A Syntax is how one product writes references in values.
type Syntax uint8

const (
	None         Syntax = iota // the product expands nothing: what looks like a reference is a broken one
	Braces                     // ${VAR} and ${VAR:-default}: Claude Code
	EnvBraces                  // ${env:VAR}: Cursor, Roo, Windsurf, Cline
	InputBraces                // ${input:id}, ${env:VAR}: VS Code
	Dollar                     // $VAR and ${VAR}: Gemini CLI, Qwen Code
	CurlyEnv                   // {env:VAR}, {file:path}: opencode
	Copilot                    // $COPILOT_MCP_X, ${X}, ${X:-default}, ${{ secrets.X }}
	Expression                 // ${{ secrets.X }}: workflows, Continue
	EitherBraces               // ${VAR} and ${env:VAR}: Kiro, Amazon Q
	DockerAgent                // $VAR and ${VAR}, in headers ${env.VAR}
	Shell                      // $VAR, ${VAR} and $(command), as a shell: Crush
	Any                        // the product is not known: every form counts as a reference, none as broken
)

// A form is one way of writing a reference. Forms are bits, so that a syntax is a set of them.
type form uint16

const (
	formBraces     form = 1 << iota // ${VAR}, ${VAR:-default}
	formConfig                      // ${user_config.KEY}: answered when a plugin or extension is installed
	formEnv                         // ${env:VAR}
	formInput                       // ${input:id}
	formEditor                      // ${workspaceFolder}, ${config:key}, ${command:id}
	formFile                        // ${file:path}, {file:path}
	formCurlyEnv                    // {env:VAR}
	formDollar                      // $VAR
	formExpression                  // ${{ secrets.X }}
	formTemplate                    // {{ name }}: replaced before the file is used
	formDotEnv                      // ${env.VAR}
	formForeign                     // $(command), `command`, %VAR%, $env:VAR: of shells
)

// expands are the forms that each syntax replaces.
var expands = [...]form{
	None:         0,
	Braces:       formBraces | formConfig,
	EnvBraces:    formEnv | formEditor | formFile,
	InputBraces:  formInput | formEnv | formEditor,
	Dollar:       formDollar | formBraces,
	CurlyEnv:     formCurlyEnv | formFile,
	Copilot:      formDollar | formBraces | formExpression,
	Expression:   formExpression,
	EitherBraces: formBraces | formEnv,
	Shell:        formDollar | formBraces | formForeign,
	DockerAgent:  formDollar | formBraces | formDotEnv,
	Any:          ^formTemplate,
}

// variables are the forms that name a variable of the environment and nothing else.
const variables = formBraces | formEnv | formCurlyEnv | formDollar | formDotEnv

// instead returns how the syntax refers to a variable, for a word that is all of what stands at a place
// between its quotes; empty where that is not so, or nothing is known to be filled in there.
func (s Syntax) instead(at leastagency.Span, word string) string {
	if text := at.Text(); text != word && text != `"`+word+`"` && text != "'"+word+"'" {
		return ""
	}
	switch s {
	case Braces, Dollar, EitherBraces, Shell:
		return "${NAME}"
	case EnvBraces, InputBraces:
		return "${env:NAME}"
	case CurlyEnv:
		return "{env:NAME}"
	case Expression:
		return "${{ secrets.NAME }}"
	}
	return ""
}

// A reference is a part of a value that stands for another value.
type reference struct {
	start, end int
	form       form
	name       string // as written between the marks
	fallback   string // what stands behind ":-"
}

// key is the bare name of what is referred to: the variable, input or secret.
func (r reference) key() string {
	name := r.name
	if i := strings.LastIndexAny(name, ".:"); i >= 0 && r.form != formFile {
		name = name[i+1:]
	}
	return name
}

// references finds everything in a text that some product would replace, whatever the product.
func references(text string) []reference {
	var out []reference
	if len(text) > longestValue {
		return nil
	}
	for i := 0; i < len(text); {
		if c := text[i]; c != '$' && c != '{' && c != '%' {
			i++
			continue
		}
		r, ok := referenceAt(text, i)
		if !ok {
			i++
			continue
		}
		out = append(out, r)
		i = r.end
	}
	return out
}

// Bounds that keep the search linear: how many bytes a reference may take with its marks and its
// default, and a value that holds any.
const (
	longest      = 512
	longestValue = 1 << 16
)

func referenceAt(text string, i int) (reference, bool) {
	rest := text[i:min(len(text), i+longest)]
	between := func(f form, open, close string) (reference, bool) {
		inner, _, found := strings.Cut(rest[len(open):], close)
		if !found || inner == "" || strings.ContainsAny(inner, "\n\"") {
			return reference{}, false
		}
		return reference{start: i, end: i + len(open) + len(inner) + len(close), form: f, name: strings.TrimSpace(inner)}, true
	}
	switch {
	case strings.HasPrefix(rest, "${{"):
		return between(formExpression, "${{", "}}")
	case strings.HasPrefix(rest, "${"):
		return braced(text, i)
	case strings.HasPrefix(rest, "$("):
		return between(formForeign, "$(", ")")
	case strings.HasPrefix(rest, "$env:"):
		n := identifier(rest[5:])
		return reference{start: i, end: i + 5 + n, form: formForeign, name: rest[5 : 5+n]}, n > 0
	case rest[0] == '$':
		n := identifier(rest[1:])
		return reference{start: i, end: i + 1 + n, form: formDollar, name: rest[1 : 1+n]}, n > 0
	case strings.HasPrefix(rest, "{env:"):
		return between(formCurlyEnv, "{", "}")
	case strings.HasPrefix(rest, "{file:"):
		return between(formFile, "{", "}")
	case strings.HasPrefix(rest, "{{"):
		return between(formTemplate, "{{", "}}")
	case rest[0] == '%':
		n := identifier(rest[1:])
		return reference{start: i, end: i + n + 2, form: formForeign, name: rest[1 : 1+n]}, n > 1 && strings.HasPrefix(rest[1+n:], "%")
	}
	return reference{}, false
}

// braced reads the forms that start with "${". Braces inside a default are matched.
func braced(text string, i int) (reference, bool) {
	depth, end := 0, -1
	for j := i + 1; j < min(len(text), i+longest) && end < 0; j++ {
		switch text[j] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				end = j
			}
		}
	}
	if end < 0 {
		return reference{}, false
	}
	inner := text[i+2 : end]
	r := reference{start: i, end: end + 1, name: inner}
	scheme, _, qualified := strings.Cut(inner, ":")
	n := identifier(inner)
	switch {
	case qualified && (scheme == "env" || scheme == "localEnv" || scheme == "containerEnv"):
		r.form = formEnv
	case qualified && scheme == "input":
		r.form = formInput
	case qualified && scheme == "file":
		r.form = formFile
	case qualified && (scheme == "config" || scheme == "command" || scheme == "workspaceFolder"):
		r.form = formEditor
	case strings.HasPrefix(inner, "env.") && identifier(inner[4:]) == len(inner)-4:
		r.form = formDotEnv
	case strings.HasPrefix(inner, "user_config."):
		r.form = formConfig
	case n == len(inner) && n > 0 && isEditorVariable(inner):
		r.form = formEditor
	case n == len(inner) && n > 0:
		r.form = formBraces
	case n > 0 && strings.HasPrefix(inner[n:], ":-"):
		r.form, r.name, r.fallback = formBraces, inner[:n], inner[n+2:]
	case n > 0 && (inner[n] == '?' || strings.HasPrefix(inner[n:], ":?")): // required: what follows is the message
		r.form, r.name = formBraces, inner[:n]
	case n > 0 && inner[n] == '-':
		r.form, r.name, r.fallback = formBraces, inner[:n], inner[n+1:]
	default:
		return reference{}, false
	}
	return r, true
}

// isEditorVariable reports whether the name is one that editors define and no environment does.
func isEditorVariable(name string) bool {
	switch name {
	case "workspaceFolder", "workspaceFolderBasename", "workspaceRoot", "userHome", "pathSeparator", "file", "fileDirname", "fileWorkspaceFolder", "__dirname":
		return true
	}
	return false
}

// identifier returns the length of the variable name at the start of s.
func identifier(s string) int {
	n := 0
	for n < len(s) && (s[n] == '_' || s[n] >= 'a' && s[n] <= 'z' || s[n] >= 'A' && s[n] <= 'Z' || n > 0 && s[n] >= '0' && s[n] <= '9') {
		n++
	}
	return n
}
