package gocode

import (
	"go/token"
	"strings"
	"unicode"

	"golang.org/x/tools/go/ssa"

	"github.com/leastagency/leastagency"
)

// listen finds the address at which the package serves MCP, and whether it asks who calls.
func (f *finder) listen() {
	serves := false
	for _, fn := range f.funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				call, ok := instr.(ssa.CallInstruction)
				if !ok {
					continue
				}
				name := calleeName(call.Common())
				serves = serves || handlersHTTP[name]
				if _, starts := starters[name]; starts {
					serves = true
				}
				f.server.Asks = f.server.Asks || asksWho(call.Common(), name)
			}
		}
	}
	if !serves {
		return
	}
	for _, fn := range f.funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				switch x := instr.(type) {
				case ssa.CallInstruction:
					name := calleeName(x.Common())
					i, ok := starters[name]
					if j, also := listeners[name]; also {
						i, ok = j, true
					}
					if args := arguments(x.Common()); ok && i < len(args) {
						f.address(args[i], x.Pos())
					}
				case *ssa.Alloc:
					if isType(x.Type(), "net/http.Server") {
						if addr, ok := f.fields(x)["Addr"]; ok {
							f.address(addr.value, addr.pos)
						}
					}
				}
			}
		}
	}
}

// address notes a constant address; one that is made at run time says nothing.
func (f *finder) address(v ssa.Value, pos token.Pos) {
	if text := constString(v); text != "" && !f.server.Listen.Set && !f.inTest(pos) {
		f.server.Listen = leastagency.ValueAt(text, f.place(pos))
	}
}

// asksWho reports whether a call looks like one that finds out who a client is: the name of a function
// that speaks of authentication, or a look at the header that carries it.
func asksWho(c *ssa.CallCommon, name string) bool {
	base := name[strings.LastIndexAny(name, "./)")+1:]
	words := strings.ToLower(strings.Join(strings.FieldsFunc(base, func(r rune) bool { return !unicode.IsLetter(r) }), ""))
	for _, w := range []string{"auth", "bearer", "apikey", "verifytoken", "checktoken", "validatetoken", "jwt", "mtls"} {
		if strings.Contains(words, w) {
			return true
		}
	}
	for _, a := range c.Args {
		switch key := strings.ToLower(constString(a)); key {
		case "authorization", "x-api-key", "x-auth-token":
			return true
		}
	}
	return name == "crypto/subtle.ConstantTimeCompare"
}
