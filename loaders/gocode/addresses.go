package gocode

import (
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// hosts returns the guards of a value that is the host of a URL; the end of any other text says nothing.
func (e *engine) hosts(v ssa.Value) []guard {
	return slices.DeleteFunc(e.compared(v, 0, Exact), func(g guard) bool { return g.checked.Against == 0 })
}

// addressChecks tell whether an address is one of the inner network.
var addressChecks = [...]string{"(net.IP).IsPrivate", "(net.IP).IsLoopback", "(net.IP).IsLinkLocalUnicast", "(net/netip.Addr).IsPrivate",
	"(net/netip.Addr).IsLoopback", "(net/netip.Addr).IsLinkLocalUnicast"}

// ranges returns the guards of hosts whose addresses a function looks at, for all of it: they are checked
// in a loop, and one that resolves to nothing is not reached either.
func (e *engine) ranges(fn *ssa.Function) []guard {
	var out []guard
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(*ssa.Call)
			if !ok || !slices.Contains(addressChecks[:], calleeName(&call.Call)) {
				continue
			}
			for h := range e.get(call.Call.Args[0]) {
				out = append(out, guard{h.fn, Checked{h.Part, inURL}}, guard{h.fn, Checked{whole(h.Part), inURL}})
			}
		}
	}
	return out
}

// whole returns the URL of which a part is the host.
func whole(p Part) Part {
	p.Path = strings.TrimSuffix(strings.TrimSuffix(p.Path, "Host"), ".")
	return p
}

// controlsDials reports whether the package gives its connections a function that looks at the address
// that is dialled: no name that resolves to the inner network gets past that.
func (e *engine) controlsDials() bool {
	for _, fn := range e.funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				store, ok := instr.(*ssa.Store)
				if !ok {
					continue
				}
				addr, ok := store.Addr.(*ssa.FieldAddr)
				if !ok || !isType(addr.X.Type(), "net.Dialer") && !isType(addr.X.Type(), "net/http.Transport") {
					continue
				}
				for _, control := range e.functions(store.Val, 0) {
					if e.looksAtAddresses(source(control), 0) {
						return true
					}
				}
			}
		}
	}
	return false
}

func (e *engine) looksAtAddresses(fn *ssa.Function, depth int) bool {
	if depth > 3 {
		return false
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(ssa.CallInstruction)
			if !ok {
				continue
			}
			if slices.Contains(addressChecks[:], calleeName(call.Common())) {
				return true
			}
			for _, t := range e.targets(call.Common()) {
				if t.fn != nil && e.looksAtAddresses(t.fn, depth+1) {
					return true
				}
			}
		}
	}
	return false
}
