package authority

import (
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/leastagency/leastagency"
)

// glob reports whether a name matches a pattern in which "*" stands for any text.
func glob(pattern, name string) bool {
	if !strings.Contains(pattern, "*") {
		return pattern == name
	}
	parts := strings.Split(pattern, "*")
	if !strings.HasPrefix(name, parts[0]) {
		return false
	}
	name = name[len(parts[0]):]
	for _, part := range parts[1 : len(parts)-1] {
		i := strings.Index(name, part)
		if i < 0 {
			return false
		}
		name = name[i+len(part):]
	}
	return strings.HasSuffix(name, parts[len(parts)-1])
}

// covers reports whether every call that b speaks of is one that a speaks of. When it cannot tell it says no.
func covers(a, b leastagency.Action) bool {
	if a.Kind == leastagency.ActionAny {
		return true
	}
	if a.Kind != b.Kind {
		return false
	}
	switch a.Kind {
	case leastagency.ActionOther:
		return (a.Name == "" || glob(a.Name, b.Name)) && (a.Pattern == "" || a.Pattern == b.Pattern)
	case leastagency.ActionServer:
		return glob(a.Server, b.Server) && (a.Tool == "" || b.Tool != "" && glob(a.Tool, b.Tool))
	case leastagency.ActionShell:
		if a.Syntax != leastagency.WordPrefix {
			return coversText(a, b)
		}
		if a.Pattern == "" || a.Pattern == b.Pattern && (a.Open || !b.Open) {
			return true
		}
		if strings.Contains(a.Pattern, "*") {
			return !b.Open && glob(a.Pattern, b.Pattern)
		}
		return a.Open && strings.HasPrefix(b.Pattern, strings.TrimRight(a.Pattern, " ")+" ")
	case leastagency.ActionFetch:
		return a.Pattern == "" || a.Pattern == b.Pattern || a.Pattern == "domain:*" ||
			strings.HasPrefix(a.Pattern, "domain:*.") && strings.HasSuffix(b.Pattern, a.Pattern[len("domain:*"):])
	}
	return a.Pattern == "" || a.Pattern == b.Pattern || coversPath(a.Pattern, b.Pattern)
}

// coversText compares patterns that are matched against the whole text of a call.
func coversText(a, b leastagency.Action) bool {
	if a.Pattern == "" || a.Pattern == b.Pattern && a.Syntax == b.Syntax {
		return true
	}
	prefix := b.Pattern // every call that b speaks of starts with it
	switch b.Syntax {
	case leastagency.Glob:
		prefix, _, _ = strings.Cut(b.Pattern, "*")
	case leastagency.Regexp:
		return false
	}
	switch a.Syntax {
	case leastagency.RawPrefix:
		return strings.HasPrefix(prefix, a.Pattern)
	case leastagency.Glob:
		if head, open := strings.CutSuffix(a.Pattern, "*"); open && !strings.Contains(head, "*") {
			return strings.HasPrefix(prefix, head)
		}
		return !b.Open && !strings.Contains(b.Pattern, "*") && glob(a.Pattern, b.Pattern)
	}
	return false
}

// coversPath reports whether pattern a holds every file of pattern b, both in gitignore syntax.
func coversPath(a, b string) bool {
	a, b = strings.TrimPrefix(a, "./"), strings.TrimPrefix(b, "./")
	if a == "**" || a == "**/*" || a == "*" {
		return b != "" && !strings.HasPrefix(b, "/") && !strings.HasPrefix(b, "~")
	}
	if dir, ok := strings.CutSuffix(a, "/**"); ok {
		return dir == "" || b == dir || strings.HasPrefix(b, dir+"/")
	}
	return a != "" && !strings.ContainsAny(b, "*?[") && matchPath(a, b)
}

// matchPath reports whether a file, named without wildcards, is one that a gitignore pattern names.
func matchPath(pattern, file string) bool {
	pattern, file = strings.TrimPrefix(pattern, "./"), strings.TrimPrefix(file, "./")
	if strings.HasSuffix(pattern, "/") {
		pattern += "**"
	} else if !strings.Contains(pattern, "/") {
		pattern = "**/" + pattern // a bare name matches at any depth
	}
	matched, err := doublestar.Match(pattern, file)
	return err == nil && matched
}
