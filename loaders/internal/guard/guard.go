// Package guard tells from its text whether a hook's command line or script means to stop something,
// and how. It knows the two conventions that most clients share: exit status 2, and a refusal in the
// JSON answer. What a client makes of them is for its loader to say.
package guard

import (
	"github.com/leastagency/leastagency/internal/lazy"
	"slices"
	"strings"
)

// words say in the name of a script or an argument that it is there to stop something, plain that it is not.
var (
	words = []string{"guard", "block", "protect", "validat", "secur", "firewall", "deny", "denied", "safety", "prevent", "forbid", "enforce", "gatekeep", "gate", "policy"}
	plain = []string{"reminder", "remind", "banner", "logger", "log", "format", "notify", "statusline"}
)

var (
	exitTwo      = lazy.Compile(`\bexit\s*\(?\s*2\b|\bexit\s+"?\$?\{?(EXIT_)?BLOCK|sys\.exit\(\s*2\s*\)|os\._exit\(\s*2\s*\)|os\.Exit\(\s*2\s*\)|exitCode\s*=\s*2\b|\breturn 2\b`)
	exitOne      = lazy.Compile(`\bexit\s*\(?\s*1\b|exitCode\s*=\s*1\b|os\.Exit\(\s*1\s*\)`)
	answersDeny  = lazy.Compile(`(?s)permissionDecision\\?["']?\s*[:=,]\s*\\?["']?(deny|ask)|["']?\bdecision\\?["']?\s*[:=,]\s*\\?["']?(block|deny)|behavior\\?["']?\s*[:=]\s*\\?["']?deny|["']continue\\?["']\s*:\s*[fF]alse`)
	failsClosed  = lazy.Compile(`\|\|\s*exit 2\b|trap\s+.*exit 2`)
	exitCallTwo  = lazy.Compile(`exit\(\s*2\s*\)`)
	commentLines = lazy.Compile(`(?m)^\s*(#|//).*$`)
)

// Code returns what of a script counts: its beginning, without lines of comment.
func Code(script []byte) string {
	return commentLines.Get().ReplaceAllString(string(script[:min(len(script), 1<<18)]), "")
}

// ExitsTwo reports whether code ends with exit status 2 somewhere.
func ExitsTwo(code string) bool { return exitTwo.MatchString(code) }

// ExitsOne reports whether code ends with exit status 1 somewhere.
func ExitsOne(code string) bool { return exitOne.MatchString(code) }

// AnswersDeny reports whether code prints a decision that is not in favour.
func AnswersDeny(code string) bool { return answersDeny.MatchString(code) }

// Refuses reports whether code refuses in either way.
func Refuses(code string) bool { return ExitsTwo(code) || AnswersDeny(code) }

// FailsClosed reports whether code turns its own failure into a refusal.
func FailsClosed(code string) bool { return failsClosed.MatchString(code) || catches(code) }

// catches reports whether a script turns its own exceptions into a refusal.
func catches(code string) bool {
	const near, most = 400, 100
	for _, word := range []string{"except", "catch"} {
		rest := code
		for range most {
			_, behind, found := strings.Cut(rest, word)
			if !found {
				break
			}
			if exitCallTwo.MatchString(behind[:min(near, len(behind))]) {
				return true
			}
			rest = behind
		}
	}
	return false
}

// Named reports whether a command line names something that guards.
func Named(line string) bool {
	found := false
	for w := range strings.FieldsFuncSeq(strings.ToLower(line), func(c rune) bool { return c < 'a' || c > 'z' }) {
		if slices.Contains(plain, w) {
			return false
		}
		found = found || slices.ContainsFunc(words, func(g string) bool {
			return w == g || len(g) > 4 && (strings.HasPrefix(w, g) || strings.HasSuffix(w, g))
		})
	}
	return found
}

var deniesPermission = lazy.Compile(`["']?\bpermission\\?["']?\s*[:=,]\s*\\?["']?(deny|ask)\b|["']?\bcontinue\\?["']?\s*[:=]\s*(false|False)\b|["']?\bdecision\\?["']?\s*[:=,]\s*\\?["']?(block|deny)`)

// DeniesPermission reports whether code prints an answer with a permission that is not given, as Cursor
// and the products that follow it want it.
func DeniesPermission(code string) bool { return deniesPermission.MatchString(code) }
