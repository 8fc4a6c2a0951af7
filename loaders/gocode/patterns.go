package gocode

import (
	"go/token"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// pattern returns the pattern of a regular expression that is compiled once, where it is constant.
func (e *engine) pattern(v ssa.Value) string {
	if load, ok := v.(*ssa.UnOp); ok && load.Op == token.MUL {
		v = e.stored(load.X)
	}
	if call, ok := v.(*ssa.Call); ok && strings.HasPrefix(calleeName(&call.Call), "regexp.MustCompile") && len(call.Call.Args) == 1 {
		return constString(call.Call.Args[0])
	}
	return ""
}

// anchored reports whether a pattern describes the whole text by what may stand in it, and lets it
// neither begin with a dash nor climb out of a folder.
func anchored(pattern string) bool {
	body, from := strings.CutPrefix(pattern, "^")
	body, to := strings.CutSuffix(body, "$")
	if !from || !to || body == "" || strings.Contains(body, "[^") || strings.Contains(body, "|") {
		return false
	}
	if strings.HasPrefix(body, "[") && strings.Contains(body[:strings.Index(body+"]", "]")], "-]") {
		return false
	}
	for i := 0; i < len(body); i++ {
		switch body[i] {
		case '\\':
			i++
			if i < len(body) && strings.IndexByte("SDWs", body[i]) >= 0 {
				return false
			}
		case '.':
			if !strings.Contains(body[:i], "[") || strings.LastIndex(body[:i], "[") < strings.LastIndex(body[:i], "]") {
				return false
			}
			if strings.Contains(body, "/") {
				return false
			}
		}
	}
	return true
}
