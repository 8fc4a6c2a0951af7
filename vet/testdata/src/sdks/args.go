// Package sdks offers one tool or more with every library, in the forms in which each takes handlers.
package sdks

import (
	"context"

	"helper"
)

type args struct {
	Line  string `json:"line"`
	Count int    `json:"count"`
}

type box struct{ prefix string }

func (b *box) plain(ctx context.Context, in args) (string, error) {
	return "", helper.Shell(b.prefix + in.Line) // want `tool "agents_method"` `tool "trpc_method"` `tool "framework_method"`
}
