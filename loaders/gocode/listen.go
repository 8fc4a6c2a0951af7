package gocode

import (
	"go/token"
	"iter"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/leastagency/leastagency"
)

// Manner is what a whole package does that others need to know. A package without one was not analysed.
type Manner struct {
	Asks bool // looks at who a client is, elsewhere than in front of handlers
}

func (*Manner) AFact() {}

// instructions yields the instructions of the package with their functions, without those of tests.
func (f *finder) instructions() iter.Seq2[*ssa.Function, ssa.Instruction] {
	return func(yield func(*ssa.Function, ssa.Instruction) bool) {
		for _, fn := range f.funcs {
			if f.inTest(fn.Pos()) {
				continue
			}
			for _, b := range fn.Blocks {
				for _, instr := range b.Instrs {
					if !yield(fn, instr) {
						return
					}
				}
			}
		}
	}
}

// listen finds where the package waits for calls of tools over the network, and what it looks at before
// it answers them.
func (f *finder) listen() {
	f.write()
	f.findMarks()
	for _, fn := range f.funcs {
		f.sums[fn].Served = f.servedResult(fn)
	}
	f.findRoutes()
	if len(f.routes) > 0 {
		f.findRoutes() // those that lead to other routers
	}
	for _, instr := range f.instructions() {
		switch x := instr.(type) {
		case ssa.CallInstruction:
			f.listenCall(x)
		case *ssa.Alloc:
			if isType(x.Type(), "net/http.Server") {
				f.listenServer(x)
			}
		}
	}
	f.pass.ExportPackageFact(&Manner{Asks: f.asksSomewhere()})
	f.exportTexts()
}

// servedResult tells what other packages need to know of a function that answers requests, or makes who does.
func (f *finder) servedResult(fn *ssa.Function) Served {
	seen := map[ssa.Value]bool{}
	for i := range fn.Signature.Results().Len() {
		if handlerLike(fn.Signature.Results().At(i).Type()) {
			var s Served
			for _, ret := range returns(fn, i) {
				s = either(s, f.servedIn(ret, seen))
			}
			return s
		}
	}
	if aboutRequests(fn.Signature) {
		return f.servedBy(fn, seen)
	}
	return Served{}
}

// listenCall takes a call that listens.
func (f *finder) listenCall(call ssa.CallInstruction) {
	l, ok := listeners[calleeName(call.Common())]
	args := flat(call.Common())
	if !ok || l.address >= len(args) || l.handler >= len(args) {
		return
	}
	var s Served
	switch {
	case l.handler < 0: // the library serves MCP itself
		s = f.endpoint(nil, l.serves)
	case isNil(args[l.handler]):
		s, _ = f.routed("net/http.ServeMux")
	default:
		s = f.served(args[l.handler])
	}
	f.opens(s, args[l.address], call.Pos())
}

// routed tells what a router of the package is that nobody names.
func (f *finder) routed(router string) (s Served, ok bool) {
	for _, r := range f.routes {
		if r.router == router {
			s, ok = either(s, r.Served), true
		}
	}
	return s, ok
}

func isNil(v ssa.Value) bool {
	c, ok := v.(*ssa.Const)
	return ok && c.IsNil()
}

// listenServer takes a server of net/http. One without an address is handed a listener.
func (f *finder) listenServer(alloc *ssa.Alloc) {
	fields := f.fields(alloc)
	handler, address := fields["Handler"], fields["Addr"]
	if handler.value == nil {
		return // set elsewhere, or served by the default router; see listeners
	}
	s := f.served(handler.value)
	if tls, ok := fields["TLSConfig"]; ok && !isNil(tls.value) {
		s = s.behind(heedsUnknown) // may ask for certificates
	}
	if address.value == nil {
		f.opens(s, nil, handler.pos)
		return
	}
	f.opens(s, address.value, address.pos)
}

// opens adds a way into the server.
func (f *finder) opens(s Served, address ssa.Value, pos token.Pos) {
	at := f.place(pos)
	if !s.Tools || at.IsZero() {
		return
	}
	e := &leastagency.Endpoint{At: at, Asks: s.Asks, Origin: s.Origin}
	if address != nil {
		e.Reach = reachOf(f.listened(address))
	}
	f.server.Endpoints = append(f.server.Endpoints, e)
}

// listened returns the texts of an address, or of the one at which a listener waits.
func (f *finder) listened(v ssa.Value) []string {
	if x, ok := v.(*ssa.Extract); ok {
		v = x.Tuple
	}
	if call, ok := v.(*ssa.Call); ok && calleeName(&call.Call) == "net.Listen" {
		return f.texts(call.Call.Args[1])
	}
	return f.texts(v)
}

// reachOf tells whose network an address is open to, of what is said without anybody's choice: of several
// defaults, what all of them have in common.
func reachOf(addresses []string) leastagency.Reached {
	reach := leastagency.ReachedUnknown
	for _, a := range addresses {
		host := a
		if i := strings.LastIndexByte(a, ':'); i >= 0 {
			host = a[:i]
		}
		one := leastagency.ReachedUnknown
		switch host = strings.Trim(host, "[]"); {
		case strings.Contains(host, hole) || host == "" && a == "":
			continue
		case host == "" || host == "0.0.0.0" || host == "::":
			one = leastagency.ByNetwork
		case host == "localhost" || strings.HasPrefix(host, "127.") || host == "::1":
			one = leastagency.ByMachine
		}
		if reach != leastagency.ReachedUnknown && one != reach {
			return leastagency.ReachedUnknown
		}
		reach = one
	}
	return reach
}
