// Package interp has the signatures of the library, and none of its code.
package interp

import "context"

type Runner struct{}

func (r *Runner) Run(ctx context.Context, node any) error { return nil }
