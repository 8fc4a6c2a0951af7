// Package credential tells a secret from a reference, a placeholder and a plain setting.
package credential

import "github.com/leastagency/leastagency"

// A Syntax is how one product writes references in values; see formats such as "${VAR}".
type Syntax uint8

const (
	None        Syntax = iota // the product expands nothing: what looks like a reference is a broken one
	Braces                    // ${VAR} and ${VAR:-default}: Claude Code, Kiro
	EnvBraces                 // ${env:VAR}: Cursor, Roo
	InputBraces               // ${input:id}, ${env:VAR}: VS Code
	Dollar                    // $VAR and ${VAR}: Gemini CLI, Qwen Code
	CurlyEnv                  // {env:VAR}, {file:path}: opencode
	Copilot                   // $COPILOT_MCP_X, ${X}, ${X:-default}, ${{ secrets.X }}
	Expression                // ${{ secrets.X }}: workflows, Continue
)

// Classify reads the value of a variable, header, flag or field called name. It returns nil when the
// value is neither a credential nor a reference to one, and the variable in any case.
func Classify(name string, value leastagency.Value[string], syntax Syntax, k *leastagency.Knowledge) (leastagency.Variable, *leastagency.Credential) {
	return leastagency.Variable{Name: name}, nil
}
