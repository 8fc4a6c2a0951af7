package gocode

import (
	"strings"

	"golang.org/x/tools/go/ssa"
)

// faithful functions give back their first argument, the same for every purpose.
var faithful = map[string]bool{"strings.TrimSpace": true, "strings.ToLower": true, "strings.ToUpper": true, "path/filepath.FromSlash": true,
	"path/filepath.ToSlash": true, "strings.Clone": true, "(net/url.URL).Query": false}

// joining functions make a path of their arguments.
var joining = map[string]bool{"path/filepath.Join": true, "path.Join": true, "path/filepath.Clean": true, "path.Clean": true, "path/filepath.Abs": true,
	"path/filepath.EvalSymlinks": true, "path/filepath.Rel": true, "path/filepath.Dir": true, "path.Dir": true}

// taming functions take a text the power to harm some kinds of sink.
var taming = map[string]Kinds{"path/filepath.Base": inPath, "path.Base": inPath, "net/url.PathEscape": inPath | inURL, "net/url.QueryEscape": inPath | inURL,
	"github.com/cyphar/filepath-securejoin.SecureJoin": inPath, "al.essio.dev/pkg/shellescape.Quote": inShell,
	"github.com/alessio/shellescape.Quote": inShell, "mvdan.cc/sh/syntax.Quote": inShell, "strconv.Itoa": everywhere,
	"encoding/hex.EncodeToString": everywhere, "time.Parse": everywhere, "time.ParseDuration": everywhere, "net.ParseIP": inShell | inCommand | inOption | inPath}

// decoders fill what the second number points to from the first.
var decoders = map[string][2]int{"encoding/json.Unmarshal": {0, 1}, "gopkg.in/yaml.v3.Unmarshal": {0, 1}, "(*encoding/json.Decoder).Decode": {0, 1},
	"github.com/mitchellh/mapstructure.Decode": {0, 1}, "github.com/go-viper/mapstructure.Decode": {0, 1},
	goMCP + "protocol.VerifyAndUnmarshal": {0, 1}}

// copying functions give back their first argument in another representation, piece by piece.
var copying = map[string]bool{"encoding/json.Marshal": true, "encoding/json.NewDecoder": true, "bytes.NewReader": true, "(" + anthropic + "/packages/respjson.Field).Raw": true, "strings.NewReader": true, "bytes.NewBuffer": true}

// intrinsic follows the values through a function that is known by name, and reports whether it is.
func (e *engine) intrinsic(call ssa.CallInstruction, name string, args []ssa.Value) bool {
	if key, ok := getters[name]; ok && key[1] < len(args) {
		path := "Params.Arguments"
		if k := constString(args[key[1]]); k != "" {
			path += "." + strings.ReplaceAll(k, ".", "_")
		}
		e.result(call, 0, project(e.get(args[key[0]]), path))
		return true
	}
	if wholes[name] {
		s := project(e.get(args[0]), "Params.Arguments")
		e.result(call, 0, s)
		if len(args) > 1 {
			e.fill(args[1], s)
		}
		return true
	}
	if fields, ok := sdks().answers[name]; ok && fields == "" {
		e.result(call, 0, set{held{call.Parent(), Entry{Part: Part{Param: answered}}}: true})
		return true
	}
	if d, ok := decoders[name]; ok && d[1] < len(args) {
		e.fill(args[d[1]], e.get(args[d[0]]))
		return true
	}
	switch {
	case len(args) == 0:
		return false
	case name == "context.WithValue":
		e.results(call, e.get(args[0]))
		e.results(call, into(e.get(args[2]), contextKey(args[1])))
		return true
	case name == "(context.Context).Value":
		e.results(call, project(e.get(args[0]), contextKey(args[1])))
		return true
	case faithful[name] || copying[name]:
		e.result(call, 0, e.get(args[0]))
		return true
	case strings.HasPrefix(name, "strings.Trim"):
		e.result(call, 0, e.get(args[0]))
		return true
	case joining[name]:
		e.join(call, args)
		return true
	case name == "net/url.Parse" || name == "net/url.ParseRequestURI":
		e.result(call, 0, e.get(args[0]))
		return true
	case name == "(*net/url.URL).Hostname":
		e.result(call, 0, mapped(project(e.get(args[0]), "Host"), func(h *held) { h.URL = Host }))
		return true
	case name == "(*net/url.URL).String":
		e.result(call, 0, mapped(e.get(args[0]), func(h *held) {
			if at, _ := step(h.At); at != "" && at != "Host" && at != "Scheme" && at != "Opaque" {
				h.Safe |= inURL
			}
			if h.At != "" {
				mixed(h)
			}
		}))
		return true
	case name == "net/url.JoinPath":
		e.result(call, 0, mapped(e.get(args[0]), mixed))
		for _, a := range args[1:] {
			e.result(call, 0, mapped(e.get(a), behind("/", false)))
		}
		return true
	case name == "fmt.Sprintf" && len(args) > 1:
		e.sprintf(call, args)
		return true
	}
	if kinds, ok := taming[name]; ok {
		for _, a := range args {
			e.results(call, mapped(e.get(a), func(h *held) { joined(h); h.Safe |= kinds }))
		}
		return true
	}
	return false
}

// contextKey returns the component of a path that a context's key stands for: its type, or its text.
func contextKey(v ssa.Value) string {
	if m, ok := v.(*ssa.MakeInterface); ok {
		v = m.X
	}
	key := typeName(v.Type())
	if text := constString(v); text != "" || key == "" {
		key += ":" + text
	}
	return strings.ReplaceAll(key, ".", "_")
}

// fill stores what a decoder read where a pointer leads.
func (e *engine) fill(pointer ssa.Value, s set) {
	root, path := e.addr(pointer)
	for h := range into(s, path) {
		h.At = path
		e.put(root, h)
	}
}

// join makes a path. What is cleaned behind a leading "/" stays below whatever is put before it.
func (e *engine) join(call ssa.CallInstruction, args []ssa.Value) {
	rooted := false
	parts := args
	if elements, ok := elements(args[0]); ok {
		parts = elements
		rooted = len(elements) > 1 && constString(elements[0]) == "/"
	} else if b, ok := args[0].(*ssa.BinOp); ok {
		rooted = constString(b.X) == "/"
	}
	for _, a := range parts {
		e.results(call, mapped(e.get(a), func(h *held) {
			joined(h)
			if rooted {
				h.Safe |= inPath
			}
		}))
	}
}

// sprintf looks at what stands before each verb, as an addition of texts would.
func (e *engine) sprintf(call ssa.CallInstruction, args []ssa.Value) {
	parts, ok := elements(args[1])
	format := constString(args[0])
	if !ok || format == "" {
		e.unknown(call, args)
		return
	}
	e.result(call, 0, mapped(e.get(args[0]), mixed))
	before, after := "", 0
	literal, rest := true, format
	for i, a := range parts {
		at := strings.IndexByte(rest, '%')
		if at < 0 {
			break
		}
		before = rest[:at]
		verb := at + 1
		for verb < len(rest) && strings.IndexByte("+-# 0123456789.[]", rest[verb]) >= 0 {
			verb++
		}
		if after = verb + 1; after > len(rest) {
			break
		}
		rest = rest[after:]
		if i > 0 && before == "" {
			literal = false
		}
		e.result(call, 0, mapped(e.get(a), behind(before, literal)))
		literal = true
	}
}

// elements returns the values of a slice that is written out, as those of a variadic call are.
func elements(v ssa.Value) ([]ssa.Value, bool) {
	slice, ok := v.(*ssa.Slice)
	if !ok {
		if c, ok := v.(*ssa.Const); ok && c.IsNil() {
			return nil, true
		}
		return nil, false
	}
	array, ok := slice.X.(*ssa.Alloc)
	if !ok || slice.Low != nil || slice.High != nil {
		return nil, false
	}
	byIndex := map[int64]ssa.Value{}
	for _, ref := range *array.Referrers() {
		at, ok := ref.(*ssa.IndexAddr)
		if !ok {
			continue
		}
		index, ok := at.Index.(*ssa.Const)
		if !ok {
			return nil, false
		}
		for _, use := range *at.Referrers() {
			if s, ok := use.(*ssa.Store); ok && s.Addr == at {
				byIndex[index.Int64()] = s.Val
			}
		}
	}
	var out []ssa.Value
	for i := range int64(len(byIndex)) {
		if byIndex[i] == nil {
			return nil, false
		}
		out = append(out, byIndex[i])
	}
	return out, true
}
