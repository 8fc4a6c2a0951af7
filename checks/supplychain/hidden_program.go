package supplychain

import (
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
	"github.com/leastagency/leastagency/internal/lazy"
)

// decoders are programs that turn unreadable text into a program, with the flags that make them do it.
var decoders = map[string][]string{
	"base64": {"-d", "-D", "--decode", "-di"}, "base32": {"-d", "--decode"}, "openssl": {"-d"}, "xxd": {"-r", "-p", "-rp"}, "uudecode": nil,
}

// interpreters run what they are given on their input.
var interpreters = []string{"sh", "bash", "zsh", "dash", "ksh", "fish", "eval", "source", ".", "python", "python3", "node", "perl", "ruby", "php", "pwsh", "powershell"}

// evaluated is a program text that decodes something right where it runs it.
var evaluated = lazy.Compile(`(?i)\b(?:eval|exec|Function|execSync|system|Invoke-Expression|iex)\b\s*\(?[^;\n]{0,80}(?:b64decode|\batob\s*\(|,\s*['"]base64['"]|FromBase64String|fromCharCode|unpack\s*\()`)

// HiddenProgram finds commands that decode unreadable text and run it.
var HiddenProgram = leastagency.Check{Rule: "supplychain/hidden-program", Run: func(p *leastagency.Pass) {
	for s := range each.Start(p) {
		if how := hidden(s.Command); how != "" {
			p.Reportf(s.Command.At, "%s %s: a reader of this file cannot see what it does", s.Who, how)
		}
	}
	for _, rule := range each.Allow(p) {
		if c := rule.Action.Command; c != nil && hidden(c) != "" {
			p.Reportf(rule.At, "allow rule %s lets a program run that %s: a reader of this file cannot see what it does", leastagency.Quote(rule.Text), hidden(c))
		}
	}
}}

// hidden says how a command hides its program; empty when it does not.
func hidden(c *leastagency.Command) string {
	decoded, run := "", false
	for _, call := range c.Invocations {
		flags, known := decoders[call.Program]
		switch {
		case known && (len(flags) == 0 || slices.ContainsFunc(call.Args, func(arg string) bool { return slices.Contains(flags, arg) })):
			decoded = call.Program
		case (call.Program == "powershell" || call.Program == "pwsh") && slices.ContainsFunc(call.Args, encodedFlag):
			return "runs a program that is given in base64"
		case slices.Contains(interpreters, call.Program):
			run = true
		}
	}
	if decoded != "" && run {
		return "runs what " + decoded + " makes of unreadable text"
	}
	if evaluated.MatchString(c.Inline) {
		return "runs what it makes of unreadable text"
	}
	return ""
}

func encodedFlag(arg string) bool {
	arg = strings.ToLower(arg)
	return len(arg) > 2 && strings.HasPrefix("-encodedcommand", arg) && strings.HasPrefix(arg, "-e")
}
