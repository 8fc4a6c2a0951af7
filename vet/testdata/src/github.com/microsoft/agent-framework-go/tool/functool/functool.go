// Package functool has the signatures of the library, and none of its code.
package functool

import "context"

type Config struct{ Name, Description string }

type HandlerFor[In, Out any] func(context.Context, In) (Out, error)

func New[In, Out any](cfg Config, h HandlerFor[In, Out]) (any, error) { return nil, nil }

func MustNew[In, Out any](cfg Config, h HandlerFor[In, Out]) any { return nil }
