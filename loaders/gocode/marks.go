package gocode

import (
	"go/constant"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// Marks are what a function does, itself or by those that it calls: what it looks at before it serves a
// request, and whether it talks to a model.
type Marks uint16

const (
	heedsClient  Marks = 1 << iota // who the client is: a token, a password, a certificate
	heedsOrigin                    // which page or host name the request was made for
	heedsSome                      // something, for it refuses requests
	heedsUnknown                   // another module's function of which nothing is known
	callsModel                     // asks a model
	hearsCalls                     // reads a call that the model makes
	loopsModel                     // asks a model again and again
	heedsNothing Marks = 0
)

// findMarks finds what each function does, itself or by those that it calls or makes.
func (f *finder) findMarks() {
	for fn, instr := range f.instructions() {
		heeds := f.lookedAt(instr)
		f.sums[fn].Marks |= heeds
		f.asksBehind = f.asksBehind || heeds&heedsClient != 0 && !inFront(fn)
	}
	for fn := range f.hears {
		f.sums[fn].Marks |= hearsCalls
	}
	f.spread()
}

// spread gives the marks of functions to those that call or make them.
func (f *finder) spread() {
	for changed := true; changed; {
		changed = false
		for fn, instr := range f.instructions() {
			marks := f.sums[fn].Marks
			if call, ok := instr.(ssa.CallInstruction); ok {
				for _, t := range f.targets(call.Common()) {
					marks |= t.sum.Marks
				}
			}
			for _, operand := range instr.Operands(nil) {
				if inner, ok := (*operand).(*ssa.Function); ok && f.sums[inner] != nil && inner.Parent() == fn {
					marks |= f.sums[inner].Marks
				}
			}
			if marks != f.sums[fn].Marks {
				f.sums[fn].Marks, changed = marks, true
			}
		}
	}
}

// lookedAt tells what one instruction looks at.
func (f *finder) lookedAt(instr ssa.Instruction) Marks {
	switch x := instr.(type) {
	case *ssa.FieldAddr:
		return fieldHeeds[typeName(x.X.Type())+"."+fieldName(x.X.Type(), x.Field)]
	case *ssa.Field:
		return fieldHeeds[typeName(x.X.Type())+"."+fieldName(x.X.Type(), x.Field)]
	case *ssa.Lookup:
		if isType(x.X.Type(), "net/http.Header") {
			return headerHeeds(constString(x.Index))
		}
	case ssa.CallInstruction:
		c := x.Common()
		name := calleeName(c)
		if modelCalls[strings.NewReplacer("(", "", "*", "", ")", "").Replace(name)] {
			return callsModel
		}
		if heeds, ok := callHeeds[name]; ok {
			return heeds
		}
		args := arguments(c)
		base := name[strings.LastIndexAny(name, "./)")+1:]
		if getsHeader[base] && len(args) > 1 {
			return headerHeeds(constString(args[1]))
		}
		var heeds Marks
		for _, a := range args {
			switch status(a) {
			case 401:
				heeds |= heedsClient
			case 403, 421:
				heeds |= heedsSome
			}
		}
		if aboutRequests(c.Signature()) && len(f.targets(c)) == 0 {
			heeds |= nameHeeds(base) & heedsClient
		}
		return heeds
	}
	return heedsNothing
}

// inFront reports whether a function, or the one that it is part of, stands where requests are answered:
// in front of a handler that it knows, and not behind the SDK's.
func inFront(fn *ssa.Function) bool {
	for ; fn != nil; fn = fn.Parent() {
		for _, tuple := range []*types.Tuple{fn.Signature.Params(), fn.Signature.Results()} {
			for v := range tuple.Variables() {
				if name := typeName(v.Type()); requestTypes[name] && name != "net/http.Request" {
					return true
				}
			}
		}
	}
	return false
}

// aboutRequests reports whether a function takes or makes something of a request to a server.
func aboutRequests(sig *types.Signature) bool {
	for _, tuple := range []*types.Tuple{sig.Params(), sig.Results()} {
		for v := range tuple.Variables() {
			if requestTypes[typeName(v.Type())] {
				return true
			}
			if fn, ok := v.Type().Underlying().(*types.Signature); ok && fn != sig && aboutRequests(fn) {
				return true
			}
		}
	}
	return false
}

var requestTypes = map[string]bool{"net/http.Request": true, "net/http.ResponseWriter": true, "net/http.Handler": true, "net/http.HandlerFunc": true,
	"github.com/gin-gonic/gin.Context": true, "github.com/labstack/echo.Context": true, "github.com/labstack/echo.MiddlewareFunc": true,
	"github.com/gofiber/fiber.Ctx": true}

func status(v ssa.Value) int64 {
	if c, ok := v.(*ssa.Const); ok && c.Value != nil && c.Value.Kind() == constant.Int {
		return c.Int64()
	}
	return 0
}

var fieldHeeds = map[string]Marks{"net/http.Request.Host": heedsOrigin, "crypto/tls.ConnectionState.PeerCertificates": heedsClient,
	"crypto/tls.ConnectionState.VerifiedChains": heedsClient, "crypto/tls.Config.ClientCAs": heedsClient}

var callHeeds = map[string]Marks{"(*net/http.Request).BasicAuth": heedsClient, "crypto/subtle.ConstantTimeCompare": heedsClient, "crypto/hmac.Equal": heedsClient,
	"(*net/http.CrossOriginProtection).Check": heedsOrigin, "(*net/http.CrossOriginProtection).Handler": heedsOrigin,
	"github.com/modelcontextprotocol/go-sdk/auth.RequireBearerToken":   heedsClient,
	"github.com/modelcontextprotocol/go-sdk/auth.TokenInfoFromContext": heedsClient}

// getsHeader are the methods that read a header by its name, after the receiver.
var getsHeader = map[string]bool{"Get": true, "Values": true, "GetHeader": true, "GetReqHeaders": true, "Cookie": true}

// headerHeeds tells what somebody looks at who reads a header.
func headerHeeds(name string) Marks {
	switch name = strings.ToLower(name); name {
	case "":
		return heedsNothing
	case "origin", "host", "sec-fetch-site", "referer":
		return heedsOrigin
	case "authorization", "cookie", "proxy-authorization", "x-forwarded-user", "x-forwarded-email", "x-amzn-oidc-data":
		return heedsClient
	}
	for _, word := range []string{"token", "api-key", "apikey", "secret", "signature", "session", "jwt"} {
		if strings.Contains(name, word) && name != "mcp-session-id" {
			return heedsClient
		}
	}
	return heedsNothing
}

// nameHeeds tells what the name of a function says that it looks at.
func nameHeeds(name string) Marks {
	words := strings.ToLower(name)
	for _, w := range []string{"auth", "bearer", "apikey", "token", "jwt", "oidc", "mtls", "login", "session"} {
		if strings.Contains(words, w) {
			return heedsClient
		}
	}
	if strings.Contains(words, "origin") || strings.Contains(words, "allowedhost") {
		return heedsOrigin
	}
	return heedsNothing
}

// heedsOf tells what a function value looks at that stands before a handler: a middleware, or the call
// that makes one.
func (f *finder) heedsOf(v ssa.Value) Marks {
	if call, ok := v.(*ssa.Call); ok && len(f.functions(v, 0)) == 0 {
		return f.middleware(&call.Call)
	}
	if x, ok := v.(*ssa.Extract); ok {
		return f.heedsOf(x.Tuple)
	}
	if x, ok := v.(*ssa.UnOp); ok && len(f.functions(v, 0)) == 0 {
		if one := f.engine.stored(x.X); one != nil {
			return f.heedsOf(one)
		}
	}
	fns := f.functions(v, 0)
	if len(fns) == 0 {
		return heedsUnknown
	}
	heeds := heedsNothing
	for _, fn := range fns {
		if t, ok := f.target(fn); ok {
			heeds |= t.sum.Marks
		} else {
			heeds |= foreignHeeds(funcName(fn))
		}
	}
	return heeds
}

// middleware tells what the function looks at that a call runs or makes.
func (f *finder) middleware(c *ssa.CallCommon) Marks {
	if targets := f.targets(c); len(targets) > 0 {
		heeds := heedsNothing
		for _, t := range targets {
			heeds |= t.sum.Marks
		}
		return heeds
	}
	if name := calleeName(c); name != "" {
		return foreignHeeds(name)
	}
	return f.heedsOf(c.Value)
}

// foreignHeeds tells what a function of another module looks at, by its name.
func foreignHeeds(name string) Marks {
	if heeds, ok := callHeeds[name]; ok {
		return heeds
	}
	base := name[strings.LastIndexAny(name, "./)")+1:]
	if heeds := nameHeeds(base); heeds != heedsNothing {
		return heeds
	}
	path := strings.TrimLeft(name, "(*")
	if standard(path) || slices.ContainsFunc(heedless[:], func(p string) bool { return strings.HasPrefix(path, p) }) {
		return heedsNothing
	}
	return heedsUnknown
}

// heedless are packages whose middlewares refuse nobody, those aside whose names say so.
var heedless = [...]string{"go.opentelemetry.io/", "github.com/rs/cors", "github.com/go-chi/cors", "github.com/gin-contrib/cors", "github.com/go-chi/chi",
	"github.com/gin-gonic/gin", "github.com/labstack/echo", "github.com/gorilla/handlers", "github.com/gorilla/mux", "github.com/felixge/httpsnoop",
	"golang.org/x/net/http2/h2c", "github.com/klauspost/compress/gzhttp", "github.com/NYTimes/gziphandler", "github.com/prometheus/", "github.com/mark3labs/mcp-go/",
	"github.com/modelcontextprotocol/go-sdk/", "github.com/gofiber/"}
