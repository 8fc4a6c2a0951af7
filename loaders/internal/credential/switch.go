package credential

import (
	"net/url"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
)

// Switch returns what a variable changes about an agent; nil when it is not one that changes anything.
func Switch(v leastagency.Value[leastagency.Variable], k *leastagency.Knowledge) *leastagency.Switch {
	if k == nil {
		return nil
	}
	i, ok := slices.BinarySearchFunc(k.Variables, v.V.Name, func(known leastagency.KnownVariable, name string) int { return strings.Compare(known.Name, name) })
	if !ok {
		return nil
	}
	known := k.Variables[i]
	value := strings.TrimSpace(v.V.Plain)
	switch {
	case len(known.Values) > 0 && !slices.ContainsFunc(known.Values, func(s string) bool { return strings.EqualFold(s, value) }):
		return nil
	case len(known.Values) == 0 && value == "" && len(v.V.References) == 0:
		return nil
	case strings.HasSuffix(known.Name, "_OPTIONS") && known.Switch == leastagency.SwitchLoader && !loadsCode(value):
		return nil
	}
	w := &leastagency.Switch{Kind: known.Switch, Name: known.Name, At: v.At}
	if len(known.Values) == 0 {
		w.Target = target(value)
	}
	return w
}

// loadsCode reports whether the options of a runtime make it run more code, rather than tune it.
func loadsCode(options string) bool {
	for word := range strings.FieldsSeq(options) {
		flag, _, _ := strings.Cut(word, "=")
		switch flag {
		case "-r", "--require", "--import", "--loader", "--experimental-loader", "--preload", "--env-file", "--inspect", "--inspect-brk":
			return true
		}
		if strings.HasPrefix(flag, "-javaagent:") || strings.HasPrefix(flag, "-agentpath:") || strings.HasPrefix(flag, "-agentlib:") {
			return true
		}
	}
	return false
}

// target is where a value points, without user information and query.
func target(value string) string {
	u, err := url.Parse(value)
	if err != nil || u.Host == "" {
		return value
	}
	u.User, u.RawQuery, u.Fragment = nil, "", ""
	return u.String()
}
