// Package dials controls where it connects to, so that any host may be named.
package dials

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"syscall"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

type in struct {
	URL string `json:"url"`
}

func control(network, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return err
	}
	if at.Addr().IsPrivate() || at.Addr().IsLoopback() {
		return errors.New("not a public address")
	}
	return nil
}

var client = &http.Client{Transport: &http.Transport{DialContext: (&net.Dialer{Control: control}).DialContext}}

func fetch(ctx context.Context, _ *mcp.CallToolRequest, in in) (*mcp.CallToolResult, any, error) {
	_, err := client.Get(in.URL)
	return nil, nil, err
}
