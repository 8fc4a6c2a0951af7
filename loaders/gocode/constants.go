package gocode

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/leastagency/leastagency"
)

// said tells what a call lets happen by a constant among its arguments: the flags of a file, the method
// of a request, the first word of a statement. What is not constant says nothing.
func said(known *leastagency.GoFunc, args []ssa.Value) (leastagency.Capability, string) {
	switch known.Name {
	case "os.OpenFile":
		if c, ok := args[1].(*ssa.Const); ok && c.Int64()&3 == 0 {
			return leastagency.ReadPrivate, "opens a file"
		}
		return leastagency.WriteFiles, "opens a file to write"
	case "net/http.NewRequest":
		return verb(constString(args[0]))
	case "net/http.NewRequestWithContext", "github.com/hashicorp/go-retryablehttp.NewRequest":
		return verb(constString(args[len(args)-3]))
	}
	if known.Sink == "query" && len(known.Args) == 1 && known.Args[0] < len(args) {
		return statement(args[known.Args[0]])
	}
	return leastagency.CapabilityUnknown, ""
}

func verb(name string) (leastagency.Capability, string) {
	switch name {
	case "GET", "HEAD":
		return leastagency.ReadUntrusted, "requests a page"
	case "POST":
		return leastagency.Send, "sends a request"
	case "PUT", "PATCH":
		return leastagency.WriteState, "sends a request that changes something"
	case "DELETE":
		return leastagency.Destroy, "sends a request that deletes something"
	}
	return leastagency.CapabilityUnknown, ""
}

func statement(v ssa.Value) (leastagency.Capability, string) {
	text := constString(v)
	if call, ok := v.(*ssa.Call); ok && calleeName(&call.Call) == "fmt.Sprintf" {
		text = constString(call.Call.Args[0])
	}
	for {
		sum, ok := v.(*ssa.BinOp)
		if !ok {
			break
		}
		v, text = sum.X, constString(sum.X)
	}
	first, _, _ := strings.Cut(strings.TrimSpace(text), " ")
	switch strings.ToUpper(first) {
	case "INSERT", "UPDATE", "REPLACE", "MERGE", "ALTER", "GRANT":
		return leastagency.WriteState, "changes a database"
	case "DELETE", "DROP", "TRUNCATE":
		return leastagency.Destroy, "deletes from a database"
	}
	return leastagency.CapabilityUnknown, ""
}

// clientCap tells what a method of a service's client does, by its name. The longest path that its type
// lies below decides.
func (e *engine) clientCap(c *ssa.CallCommon, name string) Cap {
	recv := c.Signature().Recv()
	if c.IsInvoke() {
		recv = c.Method.Signature().Recv()
	}
	if recv == nil {
		return Cap{}
	}
	of := typeName(recv.Type())
	if n, ok := types.Unalias(recv.Type()).(*types.Named); ok && n.Obj().Pkg() != nil && e.ours(n.Obj().Pkg()) {
		return Cap{}
	}
	var client *leastagency.GoClient
	for i := range e.clients { // sorted: a longer path stands behind a shorter one
		if strings.HasPrefix(of, e.clients[i].Path) {
			client = &e.clients[i]
		}
	}
	if client == nil {
		return Cap{}
	}
	var does leastagency.GoVerb
	for _, v := range client.Verbs {
		if strings.HasPrefix(name[strings.LastIndexByte(name, '.')+1:], v.Prefix) {
			does = v
		}
	}
	return Cap{Capability: does.Can, Callee: name, Why: deeds[does.Can] + client.Service}
}

var deeds = [...]string{leastagency.ReadUntrusted: "reads from ", leastagency.ReadPrivate: "reads from ", leastagency.ReadSecret: "reads secrets of ",
	leastagency.WriteFiles: "writes files in ", leastagency.WriteState: "changes ", leastagency.Destroy: "deletes from ", leastagency.Send: "sends to ",
	leastagency.Execute: "runs code in ", leastagency.Pay: "moves money by "}
